import type { Inline } from './tokens.ts';

/** A run of `*` or `_` that may begin or end emphasis. */
export interface Delimiter {
  readonly kind: 'delimiter';
  readonly text: string;
  readonly opens: boolean;
  readonly closes: boolean;
}

/** What the reader has found, in order, before emphasis is nested. */
export type Part = Inline | Delimiter;

const RUN = /(.)\1*/sy;
const SPACE = /\s/;
const WORD = /[\p{L}\p{N}]/u;
const LATIN = /[A-Za-z0-9]/;
const LONGEST = 3;

/** Reads the run that begins at `at`. Runs of more than three are ornament, not emphasis. */
export function readDelimiter(text: string, at: number): Delimiter {
  RUN.lastIndex = at;
  const run = RUN.exec(text)?.[0] ?? text.charAt(at);
  const before = charBefore(text, at);
  const after = charAt(text, at + run.length);
  // snake_case is no emphasis, nor is 2*3*4; 这是**重点**内容 is.
  const word = run.startsWith('_') ? WORD : run.length === 1 ? LATIN : null;
  const inWord = (word?.test(before) && word.test(after)) ?? false;
  const short = run.length <= LONGEST && !inWord;
  return {
    kind: 'delimiter',
    text: run,
    opens: short && after !== '' && !SPACE.test(after),
    closes: short && before !== '' && !SPACE.test(before),
  };
}

/**
 * Pairs the delimiters: each with the nearest before it of the same sort. Those without a partner become text again.
 * A sort does not nest in itself, so the tree is a few levels deep however long the text is.
 */
export function nest(parts: readonly Part[]): readonly Inline[] {
  const levels: Level[] = [{ opener: null, children: [] }];
  const isOpen = (sort: string) => levels.some(({ opener }) => opener === sort);
  for (const part of parts) {
    if (part.kind !== 'delimiter') top(levels).children.push(part);
    else if (part.closes && isOpen(part.text)) closeTo(levels, part.text);
    else if (part.opens && !isOpen(part.text)) levels.push({ opener: part.text, children: [] });
    else top(levels).children.push({ kind: 'text', text: part.text });
  }
  while (levels.length > 1) unwrap(levels);
  return joined(levels[0]?.children ?? []);
}

interface Level {
  /** Null at the bottom. */
  readonly opener: string | null;
  readonly children: Inline[];
}

function closeTo(levels: Level[], sort: string): void {
  while (top(levels).opener !== sort) unwrap(levels);
  const { children } = top(levels);
  levels.pop();
  top(levels).children.push(...wrapped(sort, joined(children)));
}

function wrapped({ length }: string, children: readonly Inline[]): readonly Inline[] {
  if (length === 1) return [{ kind: 'em', children }];
  const strong: Inline = { kind: 'strong', children };
  return [length === 2 ? strong : { kind: 'em', children: [strong] }];
}

/** The top level had no closing partner: its opener is text, and what it holds belongs to the level below. */
function unwrap(levels: Level[]): void {
  const { opener, children } = top(levels);
  levels.pop();
  const below = top(levels).children;
  below.push({ kind: 'text', text: opener ?? '' });
  for (const child of children) below.push(child);
}

function top(levels: readonly Level[]): Level {
  const level = levels.at(-1);
  if (!level) throw new Error('The bottom level is never taken away');
  return level;
}

/** Neighbouring texts as one. */
function joined(nodes: readonly Inline[]): readonly Inline[] {
  const out: Inline[] = [];
  let texts: string[] = [];
  const flush = () => {
    if (texts.length > 0) out.push({ kind: 'text', text: texts.join('') });
    texts = [];
  };
  for (const node of nodes) {
    if (node.kind === 'text') {
      texts.push(node.text);
      continue;
    }
    flush();
    out.push(node);
  }
  flush();
  return out;
}

/** The code point before `at`, or the empty string. */
function charBefore(text: string, at: number): string {
  const low = text.charAt(at - 1);
  return /[\udc00-\udfff]/.test(low) ? text.slice(Math.max(0, at - 2), at) : low;
}

function charAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}
