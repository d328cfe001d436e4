import { useMemo } from 'preact/hooks';
import { CodeLines } from './code-lines.tsx';

/** Text as it was sent, with its own lines. */
export function RawView({ text }: { readonly text: string }) {
  const lines = useMemo(() => text.split(/\r\n|\n|\r/), [text]);
  return <CodeLines count={lines.length} line={(index) => lines[index] || '\u200b'} />;
}
