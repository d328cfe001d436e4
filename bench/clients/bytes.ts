export function startsWith(bytes: Buffer, begin: number, text: string): boolean {
  return bytes.toString('latin1', begin, begin + text.length) === text;
}

/** The whole number that begins there. */
export function readNumber(bytes: Buffer, at: number): number {
  let number = 0;
  for (let i = at; ; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit < 0 || digit > 9) return number;
    number = number * 10 + digit;
  }
}
