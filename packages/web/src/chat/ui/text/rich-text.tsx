import { tokenize } from './tokenize.ts';
import type { Block, Inline } from './tokens.ts';

interface RichTextProps {
  readonly text: string;
  /** Username of the reader: mentions of it stand out. */
  readonly me: string | null;
}

/** A message's text with its markup as elements. Nothing of it is ever read as HTML. */
export function RichText({ text, me }: RichTextProps) {
  return <>{tokenize(text).map((block) => blockOf(block, me))}</>;
}

function blockOf(block: Block, me: string | null) {
  if (block.kind === 'paragraph') return <p>{inlineOf(block.children, me)}</p>;
  return (
    <pre>
      <code>{block.text}</code>
    </pre>
  );
}

function inlineOf(nodes: readonly Inline[], me: string | null) {
  return nodes.map((node) => elementOf(node, me));
}

function elementOf(node: Inline, me: string | null) {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'code':
      return <code>{node.text}</code>;
    case 'strong':
      return <strong>{inlineOf(node.children, me)}</strong>;
    case 'em':
      return <em>{inlineOf(node.children, me)}</em>;
    case 'mention':
      return <span class={isMe(node.username, me) ? 'mention me' : 'mention'}>@{node.username}</span>;
    case 'link':
      return (
        <a href={node.href} title={node.href} target="_blank" rel="noopener noreferrer nofollow ugc">
          {inlineOf(node.children, me)}
        </a>
      );
  }
}

function isMe(username: string, me: string | null): boolean {
  return me !== null && username.toLowerCase() === me.toLowerCase();
}
