const PROTOCOL_FAULTS = [1000, 1002, 1003, 1007, 1008, 1009];

/**
 * Whether to connect again after a close with `code`. The same answers as `shouldReconnect` of the protocol package
 * (a test compares them), without the table behind it, whose texts nobody reads in a browser.
 */
export function comesBack(code: number): boolean {
  return !PROTOCOL_FAULTS.includes(code) && !(code >= 4000 && code < 4100);
}
