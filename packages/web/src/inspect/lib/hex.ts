/** One line of a hex view. */
export interface HexRow {
  /** Of its first byte, in hexadecimal, eight digits at least. */
  readonly offset: string;
  /** Two digits for each byte, with a space between and two in the middle; the last row is padded with spaces. */
  readonly hex: string;
  /** Printable ASCII as it is, a dot for every other byte. */
  readonly ascii: string;
}

/** Bytes in a row. */
export const HEX_WIDTH = 16;

/** How many rows there are. */
export function hexRowCount(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / HEX_WIDTH);
}

/** Rows `from` (0 = the first) up to `count` of them, so that a view makes only those that are seen. */
export function hexRows(bytes: Uint8Array, from: number, count: number): readonly HexRow[] {
  const first = Math.max(0, from);
  const length = Math.max(0, Math.min(count, hexRowCount(bytes) - first));
  return Array.from({ length }, (_, index) => hexRow(bytes, (first + index) * HEX_WIDTH));
}

function hexRow(bytes: Uint8Array, start: number): HexRow {
  const row = [...bytes.subarray(start, start + HEX_WIDTH)];
  const digits = row.map((byte) => byte.toString(16).padStart(2, '0'));
  const half = HEX_WIDTH / 2;
  const hex = `${digits.slice(0, half).join(' ')}  ${digits.slice(half).join(' ')}`;
  return {
    offset: start.toString(16).padStart(8, '0'),
    hex: hex.padEnd(HEX_WIDTH * 3),
    ascii: row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
  };
}
