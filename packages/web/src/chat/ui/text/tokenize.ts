import { readInline } from './inline.ts';
import type { Block } from './tokens.ts';

const FENCE = /^\s{0,3}```[^`]*$/;
const FENCE_END = /^\s{0,3}```\s*$/;

/**
 * Reads a message: fenced code, and between the fences paragraphs with bold, italic, code, links and mentions.
 * A fence that is not closed is text. Linear in the length of the text.
 */
export function tokenize(text: string): readonly Block[] {
  const lines = text.split(/\r\n|\r|\n/);
  const lastEnd = lines.findLastIndex((line) => FENCE_END.test(line));
  const blocks: Block[] = [];
  let plain: string[] = [];
  const flush = () => {
    const paragraph = withoutBlankEnds(plain);
    if (paragraph !== '') blocks.push({ kind: 'paragraph', children: readInline(paragraph) });
    plain = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (at >= lastEnd || !FENCE.test(line)) {
      plain.push(line);
      continue;
    }
    flush();
    const end = endOfFence(lines, at + 1);
    blocks.push({ kind: 'fence', text: lines.slice(at + 1, end).join('\n') });
    at = end;
  }
  flush();
  return blocks;
}

/** Where the fence ends that began in front of the line `from`. The caller knows that there is an end. */
function endOfFence(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && !FENCE_END.test(lines[at] ?? '')) at += 1;
  return at;
}

/** Lines as one text, without empty ones at either end. */
function withoutBlankEnds(lines: readonly string[]): string {
  const isFull = (line: string) => line.trim() !== '';
  const first = lines.findIndex(isFull);
  return first < 0 ? '' : lines.slice(first, lines.findLastIndex(isFull) + 1).join('\n');
}
