import { CopyButton } from './copy-button.tsx';

interface SnippetProps {
  /** What the code is, as `curl`. */
  readonly title: string;
  readonly code: string;
  /** What the copy button copies, as `curl command`. */
  readonly what: string;
}

/** Code to copy, with the button for it. */
export function Snippet({ title, code, what }: SnippetProps) {
  return (
    <div class="snippet">
      <header>
        <span class="label">{title}</span>
        <CopyButton text={code} what={what} />
      </header>
      <pre>
        <code>{code}</code>
      </pre>
    </div>
  );
}
