import { type Delimiter, nest, type Part, readDelimiter } from './emphasis.ts';
import { safeHref } from './href.ts';
import type { Inline } from './tokens.ts';

// The scan of an address ends at brackets too, so that no text is scanned twice.
const AUTO_LINK = /https?:\/\/[^\s<>"`[\]]+/iy;
const TARGET = /\(([^\s()<>[\]"]*(?:\([^\s()<>[\]"]*\)[^\s()<>[\]"]*)*)\)/y;
const MENTION = /@([A-Za-z0-9_-]{3,20})(?![A-Za-z0-9_-])/y;
const BACKTICKS = /`+/g;
const WORD = /[\p{L}\p{N}_]/u;
const ESCAPABLE = /[\\`*_[\]()@:#!>~-]/;
const TRAILING = /[.,;:!?'*_~)]/;

/**
 * Reads bold, italic, code spans, links, addresses and mentions. What is no markup stays text, to the character.
 * Linear in the length of the text, whatever it holds.
 */
export function readInline(text: string): readonly Inline[] {
  return new InlineReader(text).read();
}

class InlineReader {
  readonly #text: string;
  readonly #ticks: TickRuns;
  #parts: Part[] = [];
  /** Where in `#parts` the brackets stand that may begin a link. */
  #brackets: number[] = [];
  #plain = '';
  #at = 0;
  readonly #readers: Readonly<Partial<Record<string, () => void>>> = {
    '\\': () => this.#escape(),
    '`': () => this.#code(),
    '*': () => this.#delimiter(),
    _: () => this.#delimiter(),
    '[': () => this.#open(),
    ']': () => this.#close(),
    '@': () => this.#mention(),
    h: () => this.#autoLink(),
    H: () => this.#autoLink(),
  };

  constructor(text: string) {
    this.#text = text;
    this.#ticks = new TickRuns(text);
  }

  read(): readonly Inline[] {
    while (this.#at < this.#text.length) this.#step(this.#text.charAt(this.#at));
    this.#flush();
    return nest(this.#parts);
  }

  #step(char: string): void {
    const read = this.#readers[char];
    if (read) read();
    else this.#take(char);
  }

  #take(text: string): void {
    this.#plain += text;
    this.#at += text.length;
  }

  #put(part: Part, length: number): void {
    this.#flush();
    this.#parts.push(part);
    this.#at += length;
  }

  #flush(): void {
    if (this.#plain === '') return;
    this.#parts.push({ kind: 'text', text: this.#plain });
    this.#plain = '';
  }

  #escape(): void {
    const next = this.#text.charAt(this.#at + 1);
    const escapes = ESCAPABLE.test(next);
    this.#plain += escapes ? next : '\\';
    this.#at += escapes ? 2 : 1;
  }

  #code(): void {
    const { length, end } = this.#ticks.closing(this.#at);
    if (end === null) {
      this.#take('`'.repeat(length));
      return;
    }
    const inner = this.#text.slice(this.#at + length, end);
    // One space inside either end is there to set off a backtick.
    const text = inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() !== '' ? inner.slice(1, -1) : inner;
    this.#put({ kind: 'code', text }, end + length - this.#at);
  }

  #delimiter(): void {
    const delimiter: Delimiter = readDelimiter(this.#text, this.#at);
    if (!delimiter.opens && !delimiter.closes) this.#take(delimiter.text);
    else this.#put(delimiter, delimiter.text.length);
  }

  #open(): void {
    this.#flush();
    this.#brackets.push(this.#parts.length);
    this.#put({ kind: 'text', text: '[' }, 1);
  }

  #close(): void {
    const start = this.#brackets.pop();
    const target = start === undefined ? null : match(TARGET, this.#text, this.#at + 1);
    const href = target === null ? null : safeHref(target[1] ?? '');
    if (start === undefined || target === null || href === null) {
      this.#take(']');
      return;
    }
    this.#flush();
    const inside = nest(this.#parts.splice(start).slice(1)).map(withoutLink);
    const children = inside.length > 0 ? inside : [{ kind: 'text', text: href } as const];
    // A link inside a link is none.
    this.#brackets = [];
    this.#put({ kind: 'link', href, children }, 1 + target[0].length);
  }

  #mention(): void {
    const found = this.#afterWord() ? null : match(MENTION, this.#text, this.#at);
    if (found === null) this.#take('@');
    else this.#put({ kind: 'mention', username: found[1] ?? '' }, found[0].length);
  }

  #autoLink(): void {
    const found = this.#afterWord() ? null : match(AUTO_LINK, this.#text, this.#at);
    if (found === null) {
      this.#take(this.#text.charAt(this.#at));
      return;
    }
    const address = withoutTrailing(found[0]);
    const href = safeHref(address);
    if (href === null) this.#take(found[0]);
    else this.#put({ kind: 'link', href, children: [{ kind: 'text', text: address }] }, address.length);
  }

  /** Whether a word ends right here: `me@home` names nobody. */
  #afterWord(): boolean {
    return this.#at > 0 && WORD.test(this.#text.charAt(this.#at - 1));
  }
}

/** Runs of backticks, by length: each is looked at once, however many have no partner. */
class TickRuns {
  readonly #lengths = new Map<number, number>();
  readonly #next = new Map<number, number | null>();

  constructor(text: string) {
    const last = new Map<number, number>();
    for (const { 0: run, index } of text.matchAll(BACKTICKS)) {
      const before = last.get(run.length);
      if (before !== undefined) this.#next.set(before, index);
      last.set(run.length, index);
      this.#lengths.set(index, run.length);
    }
  }

  /** Of the run at `index`: its length, and where the next one of that length begins. */
  closing(index: number): { readonly length: number; readonly end: number | null } {
    // An escaped backtick shortens its run: what is left of it stands alone.
    const length = this.#lengths.get(index) ?? 1;
    return { length, end: this.#next.get(index) ?? null };
  }
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** `see (http://a.b/c).` means `http://a.b/c`; a parenthesis that the address opens itself belongs to it. */
function withoutTrailing(address: string): string {
  let depth = 0;
  for (const char of address) depth += char === '(' ? 1 : char === ')' ? -1 : 0;
  let end = address.length;
  while (end > 0 && TRAILING.test(address.charAt(end - 1))) {
    if (address.charAt(end - 1) === ')') {
      if (depth >= 0) break;
      depth += 1;
    }
    end -= 1;
  }
  return address.slice(0, end);
}

function withoutLink(node: Inline): Inline {
  switch (node.kind) {
    case 'link':
      return { kind: 'text', text: plainText(node.children) };
    case 'strong':
    case 'em':
      return { kind: node.kind, children: node.children.map(withoutLink) };
    default:
      return node;
  }
}

/** What is left of nodes without their markup. */
export function plainText(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'mention') return `@${node.username}`;
      return 'text' in node ? node.text : plainText(node.children);
    })
    .join('');
}
