import { useSignal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { bytesOf } from '../../lib/body-bytes.ts';
import { decompress } from '../../lib/decompress.ts';
import { diffRequests, type HeaderDiff, type RequestDiff, type ValueDiff } from '../../lib/diff.ts';
import type { Comparison } from '../../model/comparison.ts';
import { restoreFocus } from '../parts/focus.ts';
import { exactTime } from '../parts/times.ts';
import { DiffLines } from './diff-lines.tsx';
import { Section } from './section.tsx';

interface DiffViewProps {
  readonly comparison: Comparison;
  readonly base: PlacedRequest;
  readonly other: PlacedRequest;
}

/** Two requests, and how the second differs from the first. */
export function DiffView({ comparison, base, other }: DiffViewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const bodies = useBodies(base, other);
  const isSplit = useSignal(matchMedia('(min-width: 70rem)').matches);
  const allHeaders = useSignal(false);
  const diff = useMemo(() => bodies && diffRequests(base, other, bodies), [bodies, base, other]);
  useEffect(() => heading.current?.focus(), []);

  function end(): void {
    comparison.end();
    requestAnimationFrame(() => restoreFocus(null));
  }

  return (
    <article
      class="request"
      aria-labelledby="diff-title"
      data-testid="diff"
      onKeyDown={(event) => event.key === 'Escape' && end()}
    >
      <header class="request-head">
        <div class="request-title">
          <h2 id="diff-title" ref={heading} tabIndex={-1} data-entry>
            Two requests compared
          </h2>
          <p class="soft">
            <span class="diff-sign left">−</span> {exactTime(base.timestamp)} <span class="diff-sign right">+</span>{' '}
            {exactTime(other.timestamp)}
          </p>
        </div>
        <div class="request-actions">
          <fieldset class="faces-switch">
            <legend class="unseen">How the lines stand</legend>
            <button type="button" aria-pressed={!isSplit.value} onClick={() => (isSplit.value = false)}>
              Inline
            </button>
            <button type="button" aria-pressed={isSplit.value} onClick={() => (isSplit.value = true)}>
              Side by side
            </button>
          </fieldset>
          <button type="button" class="button small" onClick={() => comparison.swap()}>
            Swap
          </button>
          <button type="button" class="button small main" onClick={end}>
            Done
          </button>
        </div>
      </header>
      {diff ? (
        <div class="request-body">
          {diff.same && <p class="note">These two are the same: method, URL, headers and body.</p>}
          <Section title="Method and URL">
            <ValueRow name="Method" diff={diff.method} />
            <ValueRow name="URL" diff={diff.target} />
          </Section>
          <Section title="Body">
            <BodyPart diff={diff} isSplit={isSplit.value} />
          </Section>
          <Section
            title="Headers"
            tools={
              <button
                type="button"
                class="button small"
                aria-pressed={allHeaders.value}
                onClick={() => (allHeaders.value = !allHeaders.value)}
              >
                {allHeaders.value ? 'Only what differs' : 'Show all'}
              </button>
            }
          >
            <HeaderRows headers={diff.headers} all={allHeaders.value} />
          </Section>
        </div>
      ) : (
        <p class="view-none">Comparing …</p>
      )}
    </article>
  );
}

interface Bodies {
  readonly left: Uint8Array;
  readonly right: Uint8Array;
}

/** The bodies without their compression, as far as the browser can. */
function useBodies(base: PlacedRequest, other: PlacedRequest): Bodies | null {
  const bodies = useSignal<Bodies | null>(null);
  useEffect(() => {
    let isWanted = true;
    void Promise.all([plain(base), plain(other)]).then(([left, right]) => {
      if (isWanted) bodies.value = { left, right };
    });
    return () => {
      isWanted = false;
    };
  }, [base, other]);
  return bodies.value;
}

async function plain(request: PlacedRequest): Promise<Uint8Array> {
  const bytes = bytesOf(request);
  const { bytes: decoded, problem } = await decompress(bytes, request.headers['content-encoding'] ?? '');
  return problem === null ? decoded : bytes;
}

function ValueRow({ name, diff }: { readonly name: string; readonly diff: ValueDiff }) {
  return (
    <div class="diff-value">
      <span class="soft">{name}</span>
      {diff.same ? (
        <code>{diff.left}</code>
      ) : (
        <>
          <Changed side="left" text={diff.left} />
          <Changed side="right" text={diff.right} />
        </>
      )}
    </div>
  );
}

function BodyPart({ diff: { body }, isSplit }: { readonly diff: RequestDiff; readonly isSplit: boolean }) {
  switch (body.kind) {
    case 'same':
      return <p class="soft">The same, byte for byte.</p>;
    case 'format':
      return <p class="soft">The same JSON; it differs in white space alone.</p>;
    case 'binary':
      return <p class="soft">They differ, and at least one is not text.</p>;
    case 'lines':
      return (
        <>
          <DiffLines lines={body.lines} isSplit={isSplit} />
          {!body.complete && <p class="soft">There are more lines than are shown here.</p>}
        </>
      );
  }
}

const CHANGES = { added: 'Added', removed: 'Removed', changed: 'Changed', moved: 'Moved', same: 'Same' } as const;

function HeaderRows({ headers, all }: { readonly headers: readonly HeaderDiff[]; readonly all: boolean }) {
  const shown = all ? headers : headers.filter(({ change }) => change !== 'same');
  if (shown.length === 0) return <p class="soft">All {headers.length} are the same.</p>;
  return (
    <ul class="diff-headers">
      {shown.map(({ name, change, left, right }) => (
        <li key={name} data-change={change}>
          <span class="soft">{CHANGES[change]}</span>
          {change === 'same' || change === 'moved'
            ? left.map(([field, value], index) => <code key={index}>{`${field}: ${value}`}</code>)
            : [
                ...left.map(([field, value], index) => (
                  <Changed key={`l${index}`} side="left" text={`${field}: ${value}`} />
                )),
                ...right.map(([field, value], index) => (
                  <Changed key={`r${index}`} side="right" text={`${field}: ${value}`} />
                )),
              ]}
        </li>
      ))}
    </ul>
  );
}

function Changed({ side, text }: { readonly side: 'left' | 'right'; readonly text: string }) {
  return (
    <code class={`diff-line ${side}`}>
      <span class="diff-mark" aria-hidden="true">
        {side === 'left' ? '−' : '+'}
      </span>
      <span class="unseen">{side === 'left' ? 'first: ' : 'second: '}</span>
      {text}
    </code>
  );
}
