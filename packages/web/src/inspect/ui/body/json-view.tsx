import { useMemo } from 'preact/hooks';
import { type JsonLine, prettyJson } from '../../lib/pretty-json.ts';
import { CodeLines } from './code-lines.tsx';

/** JSON indented and coloured; what is none is shown up to its fault, with the reason. */
export function JsonView({ text }: { readonly text: string }) {
  const { lines, fault, complete } = useMemo(() => prettyJson(text), [text]);
  return (
    <>
      {fault && (
        <p class="note warn" data-testid="json-fault">
          Not valid JSON: line {fault.line}, column {fault.column}, {fault.message}.
        </p>
      )}
      <CodeLines count={lines.length} line={(index) => <Line line={lines[index]} />} />
      {!complete && <p class="soft">There is more than is shown here; see Raw, or download it.</p>}
    </>
  );
}

/** Deeper ones stand no further to the right. */
const DEEPEST = 40;

function Line({ line }: { readonly line: JsonLine | undefined }) {
  if (!line) return null;
  return (
    <>
      {'  '.repeat(Math.min(line.depth, DEEPEST))}
      {line.tokens.map(({ kind, text }, index) => (
        <span key={index} class={kind}>
          {text}
        </span>
      ))}
    </>
  );
}
