import { useSignal } from '@preact/signals';
import type { DiffLine } from '../../lib/diff-body.ts';
import { type DiffRow, foldEqual, sideBySide } from './diff-rows.ts';

interface DiffLinesProps {
  readonly lines: readonly DiffLine[];
  readonly isSplit: boolean;
}

/** Equal lines around a difference that are shown. */
const AROUND = 3;

/** The lines of two bodies, inline or side by side; long equal runs are folded. */
export function DiffLines({ lines, isSplit }: DiffLinesProps) {
  const whole = useSignal(false);
  const around = whole.value ? Number.POSITIVE_INFINITY : AROUND;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="diff-box" aria-label="Lines that differ" tabIndex={0}>
        {isSplit ? <Split rows={sideBySide(lines)} around={around} /> : <Inline lines={lines} around={around} />}
      </section>
      {!whole.value && (
        <button type="button" class="button small code-more" onClick={() => (whole.value = true)}>
          Show all lines
        </button>
      )}
    </>
  );
}

function Inline({ lines, around }: { readonly lines: readonly DiffLine[]; readonly around: number }) {
  const blocks = foldEqual(lines, ({ side }) => side === 'both', around);
  return (
    <table class="diff-table">
      <colgroup>
        <col class="diff-place" />
        <col class="diff-place" />
        <col />
      </colgroup>
      <tbody>
        {blocks.map((block, at) =>
          block.kind === 'folded' ? (
            <Folded key={at} count={block.lines.length} columns={3} />
          ) : (
            block.lines.map((line, index) => (
              <tr key={`${at}-${index}`} class={`diff-line ${line.side}`}>
                <td class="diff-number">{line.left}</td>
                <td class="diff-number">{line.right}</td>
                <Cell line={line} />
              </tr>
            ))
          ),
        )}
      </tbody>
    </table>
  );
}

function Split({ rows, around }: { readonly rows: readonly DiffRow[]; readonly around: number }) {
  const blocks = foldEqual(rows, ({ left }) => left?.side === 'both', around);
  return (
    <table class="diff-table split">
      <colgroup>
        <col class="diff-place" />
        <col />
        <col class="diff-place" />
        <col />
      </colgroup>
      <tbody>
        {blocks.map((block, at) =>
          block.kind === 'folded' ? (
            <Folded key={at} count={block.lines.length} columns={4} />
          ) : (
            block.lines.map(({ left, right }, index) => (
              <tr key={`${at}-${index}`} class="diff-pair">
                <td class="diff-number">{left?.left}</td>
                <Cell line={left} />
                <td class="diff-number">{right?.right}</td>
                <Cell line={right} />
              </tr>
            ))
          ),
        )}
      </tbody>
    </table>
  );
}

const MARKS = { left: '−', right: '+', both: ' ' } as const;
const WORDS = { left: 'first: ', right: 'second: ', both: '' } as const;

function Cell({ line }: { readonly line: DiffLine | null }) {
  if (!line) return <td class="diff-text none" />;
  return (
    <td class={`diff-text ${line.side}`}>
      <span class="diff-mark" aria-hidden="true">
        {MARKS[line.side]}
      </span>
      <span class="unseen">{WORDS[line.side]}</span>
      {line.text}
    </td>
  );
}

function Folded({ count, columns }: { readonly count: number; readonly columns: number }) {
  return (
    <tr class="diff-folded">
      <td colSpan={columns}>{count.toLocaleString('en')} equal lines</td>
    </tr>
  );
}
