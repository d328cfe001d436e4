const INDENT = '  ';

/**
 * JSON for eyes: what fits into `width` characters stays on one line, the rest is broken and indented, so that small
 * messages stay small and large ones stay readable. An object of a single plain value is never broken: it would not
 * get shorter.
 */
export function formatJson(value: unknown, width: number): string {
  return layOut(value, { width, margin: '', label: 0 });
}

interface Place {
  readonly width: number;
  readonly margin: string;
  /** Length of the key that stands before the value on its line. */
  readonly label: number;
}

function layOut(value: unknown, { width, margin, label }: Place): string {
  const line = onOneLine(value);
  if (margin.length + label + line.length <= width || !isWorthBreaking(value)) return line;
  const inner = margin + INDENT;
  if (Array.isArray(value)) {
    const rows = value.map((item: unknown) => inner + layOut(item, { width, margin: inner, label: 0 }));
    return `[\n${rows.join(',\n')}\n${margin}]`;
  }
  const rows = Object.entries(value).map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return inner + name + layOut(item, { width, margin: inner, label: name.length });
  });
  return `{\n${rows.join(',\n')}\n${margin}}`;
}

function isWorthBreaking(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const items = Object.values(value);
  return items.length > 1 || (typeof items[0] === 'object' && items[0] !== null);
}

function onOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${onOneLine(item)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}
