import { useMemo } from 'preact/hooks';
import { prettyXml } from '../../lib/pretty-xml.ts';
import { CodeLines } from './code-lines.tsx';

/** XML, indented: as text, never as a document. */
export function XmlView({ text }: { readonly text: string }) {
  const { lines, complete } = useMemo(() => prettyXml(text), [text]);
  const lineAt = (index: number) => `${'  '.repeat(lines[index]?.depth ?? 0)}${lines[index]?.text ?? ''}`;
  return (
    <>
      <CodeLines count={lines.length} line={lineAt} />
      {!complete && <p class="soft">There is more than is shown here; see Raw, or download it.</p>}
    </>
  );
}
