/** What may be part of a name, or of a word that only looks like one. */
const IN_WORD = /[\p{L}\p{N}\p{M}_-]/u;

/** Whether `content` names the user: `@name` as a whole word, in any case. */
export function mentions(content: string, username: string): boolean {
  const text = content.toLowerCase();
  const name = `@${username.toLowerCase()}`;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
    const [after = ''] = text.slice(at + name.length, at + name.length + 2);
    if (!IN_WORD.test(before) && !IN_WORD.test(after)) return true;
  }
  return false;
}
