/**
 * `bytes` random bytes as hexadecimal digits. Not `crypto.randomUUID`: browsers have that only on pages that came
 * over TLS or from localhost.
 */
export function randomId(bytes: number): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, '0')).join('');
}
