import { formatNumber } from '../metrics.ts';

/** One line of the report. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** Behind the number; empty for counts. */
  readonly unit: 'ms' | 'µs' | '/s' | '%' | '';
  readonly goal?: { readonly relation: '≤' | '≥' | '='; readonly limit: number };
}

/** What was measured in one scenario. */
export interface Section {
  readonly title: string;
  /** What was done, for the reader of the report. */
  readonly about: string;
  readonly figures: readonly Figure[];
}

export function isMet({ value, goal }: Figure): boolean {
  if (!goal) return true;
  if (goal.relation === '=') return value === goal.limit;
  return goal.relation === '≤' ? value <= goal.limit : value >= goal.limit;
}

/** The figures of a section as a Markdown table, which a terminal shows as well. */
export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    withUnit(figure.value, figure.unit),
    figure.goal ? `${figure.goal.relation} ${withUnit(figure.goal.limit, figure.unit)}` : '',
    figure.goal ? (isMet(figure) ? 'met' : 'MISSED') : '',
  ]);
  const table = [['', 'measured', 'goal', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(3, ...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = table;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function withUnit(value: number, unit: Figure['unit']): string {
  if (Number.isNaN(value)) return '–';
  return unit === '/s' || unit === '' ? `${formatNumber(value)}${unit}` : `${formatNumber(value)} ${unit}`;
}
