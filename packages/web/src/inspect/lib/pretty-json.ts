import { type Scanned, scanJson } from './json-scanner.ts';

/** `mark`: brackets, commas and colons; `word`: true, false, null; `fault`: what stands at and behind a fault. */
export type JsonTokenKind = 'key' | 'string' | 'number' | 'word' | 'mark' | 'fault';

export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly text: string;
}

/** A line of indented JSON. */
export interface JsonLine {
  /** How deep it stands: two spaces each. */
  readonly depth: number;
  readonly tokens: readonly JsonToken[];
}

/** Where text stops being JSON. */
export interface JsonFault {
  /** In UTF-16 units, from 0. */
  readonly offset: number;
  /** In the text as it came; both from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface PrettyJson {
  readonly lines: readonly JsonLine[];
  /** Null where the text is JSON. */
  readonly fault: JsonFault | null;
  /** False where there are more lines than were asked for. */
  readonly complete: boolean;
}

/** What may come next. `…OrEnd`: or the bracket that closes. */
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or ]' | ', or }' | 'end';

const MOST_LINES = 20_000;
/** So much of what stands behind a fault is shown. */
const SHOWN_BEHIND_FAULT = 2_000;
const DEEPEST_INDENT = 100;

/**
 * Indents JSON for the eye without reading it into values: numbers stay as they are written (`1e400`), and so do escapes
 * and keys that occur twice. Linear in the length of the text, no recursion. Text that is not JSON: indented up to the
 * fault, and as it is from there.
 */
export function prettyJson(text: string, mostLines = MOST_LINES): PrettyJson {
  return new Layout(text, mostLines).run();
}

/** Lines of indented JSON as text, for comparing and copying. */
export function jsonText(lines: readonly JsonLine[]): string {
  const indent = (depth: number) => '  '.repeat(Math.min(depth, DEEPEST_INDENT));
  return lines.map(({ depth, tokens }) => indent(depth) + tokens.map((token) => token.text).join('')).join('\n');
}

class Layout {
  readonly #text: string;
  readonly #mostLines: number;
  readonly #lines: JsonLine[] = [];
  /** The brackets that are open. */
  readonly #open: ('{' | '[')[] = [];
  #line: JsonToken[] = [];
  #depth = 0;
  #depthOfLine = 0;
  #expected: Expected = 'value';

  constructor(text: string, mostLines: number) {
    this.#text = text;
    this.#mostLines = mostLines;
  }

  run(): PrettyJson {
    let scanned = scanJson(this.#text, 0);
    let problem = this.#take(scanned);
    while (problem === null && scanned.kind !== 'end') {
      scanned = scanJson(this.#text, scanned.end);
      problem = this.#take(scanned);
    }
    const fault = problem === null ? null : { ...this.#place(scanned.start), message: problem };
    if (fault !== null) this.#showRest(fault.offset);
    this.#endLine(0);
    return { lines: this.#lines.slice(0, this.#mostLines), fault, complete: this.#lines.length <= this.#mostLines };
  }

  /** Places a token; answers what is wrong with it, if anything is. */
  #take(scanned: Scanned): string | null {
    const expected = this.#expected;
    const text = this.#text.slice(scanned.start, scanned.end);
    if (scanned.kind === 'fault') {
      const isBareName = expected.startsWith('name') && /^[\w$']/.test(text);
      return isBareName ? expects(expected, text) : scanned.problem;
    }
    if (scanned.kind === 'end') return expected === 'end' ? null : this.#endsEarly();
    if (expected.endsWith(text) && (text === ']' || text === '}')) return this.#close(text);
    if (expected === ':') return text === ':' ? this.#put('mark', ': ', 'value') : expects(expected, text);
    if (expected.startsWith(',')) {
      if (text !== ',') return expects(expected, text);
      this.#put('mark', ',', this.#open.at(-1) === '{' ? 'name' : 'value');
      return this.#endLine(this.#depth);
    }
    if (expected === 'end') return `behind the end of the JSON stands ${clip(text)}`;
    if (expected.includes(' or ')) this.#endLine(this.#depth);
    if (expected.startsWith('name')) {
      return scanned.kind === 'string' ? this.#put('key', text, ':') : expects(expected, text);
    }
    if (text === '{' || text === '[') return this.#enter(text);
    if (scanned.kind === 'mark') return expects(expected, text);
    return this.#put(scanned.kind, text, this.#behindValue());
  }

  #enter(bracket: '{' | '['): null {
    this.#open.push(bracket);
    this.#depth += 1;
    return this.#put('mark', bracket, bracket === '{' ? 'name or }' : 'value or ]');
  }

  #close(bracket: string): null {
    const isEmpty = !this.#expected.startsWith(',');
    this.#open.pop();
    this.#depth -= 1;
    if (!isEmpty) this.#endLine(this.#depth);
    return this.#put('mark', bracket, this.#behindValue());
  }

  #behindValue(): Expected {
    const parent = this.#open.at(-1);
    if (parent === undefined) return 'end';
    return parent === '{' ? ', or }' : ', or ]';
  }

  #put(kind: JsonTokenKind, text: string, expected: Expected): null {
    if (this.#lines.length <= this.#mostLines) this.#line.push({ kind, text });
    this.#expected = expected;
    return null;
  }

  /** Where the lines are full, the text is only checked from there on. */
  #endLine(depth: number): null {
    if (this.#line.length > 0) this.#lines.push({ depth: this.#depthOfLine, tokens: this.#line });
    this.#line = [];
    this.#depthOfLine = depth;
    return null;
  }

  #endsEarly(): string {
    if (this.#open.length === 0) return 'there is nothing';
    const closers = this.#open.slice(-8).reverse();
    return `the text ends too early: ${closers.map((bracket) => (bracket === '{' ? '}' : ']')).join('')} is missing`;
  }

  #showRest(offset: number): void {
    const rest = this.#text.slice(offset, offset + SHOWN_BEHIND_FAULT).split(/\r\n|\r|\n/);
    for (const [index, text] of rest.entries()) {
      if (index > 0) this.#endLine(0);
      if (text !== '') this.#line.push({ kind: 'fault', text });
    }
  }

  #place(offset: number): Omit<JsonFault, 'message'> {
    const before = this.#text.slice(0, offset).split(/\r\n|\r|\n/);
    return { offset, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  }
}

function expects(expected: Expected, found: string): string {
  const due = expected.replace('name', 'a name in double quotes').replace('value', 'a value');
  const isTrailing = (found === ']' && expected === 'value') || (found === '}' && expected === 'name');
  return `expected ${due}, found ${clip(found)}${isTrailing ? ': the comma before it is one too many' : ''}`;
}

function clip(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
