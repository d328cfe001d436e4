import { PairTable } from './pair-table.tsx';

interface HeaderTableProps {
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** The headers as they were sent: order, case and repeats. */
export function HeaderTable({ headers }: HeaderTableProps) {
  return <PairTable pairs={headers} what="header" />;
}
