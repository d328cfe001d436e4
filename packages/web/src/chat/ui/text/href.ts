const ALLOWED: readonly string[] = ['http:', 'https:', 'mailto:'];
// Controls, white space and bidirectional marks: what hides in an address to make it look like another.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const HIDDEN = /[\u0000-\u0020\u007f-\u00a0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const LONGEST = 2048;

/** The address that a link may lead to, or null: http, https and mailto alone, whatever the text says. */
export function safeHref(given: string): string | null {
  if (given.length > LONGEST || HIDDEN.test(given) || !URL.canParse(given)) return null;
  const url = new URL(given);
  return ALLOWED.includes(url.protocol) ? url.href : null;
}
