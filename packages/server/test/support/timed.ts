/**
 * For tests with a limit of time: it counts as kept if one of three tries keeps it, for other programs take their share
 * of the machine. What is usual, not possible, the benchmarks measure.
 */
export const TIMED = { retry: 2 };
