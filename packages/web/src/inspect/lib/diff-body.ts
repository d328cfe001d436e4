import { kindOfBytes } from './body-kind.ts';
import { textFrom } from './body-text.ts';
import { readContentType } from './content-type.ts';
import { diffLists, type Run, type Side } from './line-diff.ts';
import { jsonText, prettyJson } from './pretty-json.ts';

/** A body to compare: as captured, or decompressed. */
export interface ComparedBody {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly truncated: boolean;
}

/** A line of either body, or of both. */
export interface DiffLine {
  readonly side: Side;
  readonly text: string;
  /** Its number on either side, from 1; null where it does not stand there. */
  readonly left: number | null;
  readonly right: number | null;
}

export interface BodyDiff {
  /**
   * `same`: byte for byte. `format`: JSON that differs in white space alone. `lines`: see `lines`, indented where both
   * are JSON. `binary`: they differ, and one at least is not text.
   */
  readonly kind: 'same' | 'format' | 'lines' | 'binary';
  readonly lines: readonly DiffLine[];
  /** False where there are more lines than are given. */
  readonly complete: boolean;
}

const MOST_LINES = 10_000;

/** Compares two bodies line by line; JSON after it has been indented, so that only what it says counts. */
export function diffBodies(left: ComparedBody, right: ComparedBody): BodyDiff {
  if (areEqual(left.bytes, right.bytes)) return { kind: 'same', lines: [], complete: true };
  const [leftText, rightText] = [textIn(left), textIn(right)];
  if (leftText === null || rightText === null) return { kind: 'binary', lines: [], complete: true };
  const [leftJson, rightJson] = [indented(left, leftText), indented(right, rightText)];
  if (leftJson === null || rightJson === null) return compare(leftText, rightText);
  if (leftJson === rightJson) return { kind: 'format', lines: [], complete: true };
  return compare(leftJson, rightJson);
}

function compare(leftText: string, rightText: string): BodyDiff {
  const [left, right] = [linesOf(leftText), linesOf(rightText)];
  const lines: DiffLine[] = [];
  for (const run of diffLists(left, right)) {
    for (let index = 0; index < run.count; index += 1) {
      if (lines.length >= MOST_LINES) return { kind: 'lines', lines, complete: false };
      lines.push(lineOf(run, index, left, right));
    }
  }
  return { kind: 'lines', lines, complete: true };
}

function lineOf({ side, left: x, right: y }: Run, index: number, left: readonly string[], right: readonly string[]) {
  const text = (side === 'right' ? right[y + index] : left[x + index]) ?? '';
  return {
    side,
    text,
    left: side === 'right' ? null : x + index + 1,
    right: side === 'left' ? null : y + index + 1,
  };
}

/** The CR of a CRLF is shown, or lines would differ that look the same. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replaceAll('\r\n', '␍\n').split('\n');
}

function textIn({ bytes, contentType, truncated }: ComparedBody): string | null {
  return textFrom(bytes, readContentType(contentType).charset, truncated);
}

/** Null where it is not JSON, or too long to be indented as a whole. */
function indented({ bytes, contentType, truncated }: ComparedBody, text: string): string | null {
  if (kindOfBytes(bytes, contentType, truncated) !== 'json') return null;
  const { lines, fault, complete } = prettyJson(text);
  return fault === null && complete ? jsonText(lines) : null;
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
