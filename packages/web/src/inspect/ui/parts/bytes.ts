const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A number of bytes in the fewest words: `0 B`, `512 B`, `1.2 kB`, `3.4 MB` (powers of ten). */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_950) return `${number.format(bytes / 1_000)} kB`;
  return `${number.format(bytes / 1_000_000)} MB`;
}
