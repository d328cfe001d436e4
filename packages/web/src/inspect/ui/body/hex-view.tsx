import { hexRowCount, hexRows } from '../../lib/hex.ts';
import { CodeLines } from './code-lines.tsx';

/** Byte by byte: where, in hexadecimal, and what of it is ASCII. */
export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="hex" aria-label="Body as bytes" tabIndex={0}>
      <CodeLines count={hexRowCount(bytes)} line={(index) => <Row bytes={bytes} index={index} />} />
    </section>
  );
}

function Row({ bytes, index }: { readonly bytes: Uint8Array; readonly index: number }) {
  const row = hexRows(bytes, index, 1)[0];
  if (!row) return null;
  return (
    <>
      <span class="mark">{row.offset}</span>
      {'  '}
      {row.hex}
      {'  '}
      <span class="string">{row.ascii}</span>
    </>
  );
}
