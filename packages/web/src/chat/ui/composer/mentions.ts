/** A mention that is being written: what stands after the @, and where the @ stands. */
export interface MentionQuery {
  readonly start: number;
  readonly text: string;
}

const WRITTEN = /(?:^|[\s(*_"'])@([A-Za-z0-9_-]{0,20})$/;
/** No more of the text is looked at: a name is at most 20 characters long. */
const REACH = 24;
const MOST = 6;

/** The mention at the caret, or null where none is being written. */
export function mentionAt(text: string, caret: number): MentionQuery | null {
  const found = WRITTEN.exec(text.slice(Math.max(0, caret - REACH), caret));
  const name = found?.[1];
  return name === undefined ? null : { start: caret - name.length - 1, text: name };
}

/** Names that fit what is written: those that begin with it first. */
export function matchingNames(names: readonly string[], written: string): readonly string[] {
  const wanted = written.toLowerCase();
  const place = (name: string) => name.toLowerCase().indexOf(wanted);
  return names
    .filter((name) => place(name) >= 0)
    .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
    .slice(0, MOST);
}
