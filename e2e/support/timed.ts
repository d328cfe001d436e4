/**
 * For tests with a limit of time: it counts as kept if one of three tries keeps it, for other programs take their share
 * of the machine. Such a test must find a room of its own in each try. What is usual, not possible, is measured by
 * `npm run bench:page`.
 */
export const TIMED = { retry: 2 };
