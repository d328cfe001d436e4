import type { Results } from '../results.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { figuresTable, goalsTable, ratiosTable, type Table } from './tables.ts';

/** The tables of one scenario, for a terminal. */
export function showScenario(scenario: Scenario, results: Results): string {
  const ratios = ratiosTable(scenario, results);
  return [
    `\n${scenario.title}`,
    align(figuresTable(scenario, results)),
    ...(ratios.length > 1 ? [align(ratios)] : []),
  ].join('\n');
}

export function showGoals(results: Results): string {
  return `\n${align(goalsTable(results, false))}`;
}

/** Columns as wide as their widest cell; the first one flush left, the others flush right. */
function align(table: Table): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return table.map((row) => `  ${row.map(cell).join('   ')}`.trimEnd()).join('\n');
}
