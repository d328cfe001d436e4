/** What stands in the message field, and what sending it would do. */
export type Draft =
  | { readonly kind: 'empty' }
  | { readonly kind: 'text'; readonly data: { readonly text: string } }
  | { readonly kind: 'json'; readonly data: object }
  | { readonly kind: 'broken'; readonly why: string };

/**
 * Reads the field. What begins with a brace is meant as a JSON object and sent as it is; all else is plain text and
 * sent as `{"text": …}`, so that the room only ever carries objects.
 */
export function readDraft(input: string): Draft {
  if (input.trim() === '') return { kind: 'empty' };
  if (!input.trimStart().startsWith('{')) return textDraft(input);
  try {
    const data: unknown = JSON.parse(input);
    // Always so behind a brace; said for the type checker.
    return typeof data === 'object' && data !== null ? { kind: 'json', data } : textDraft(input);
  } catch (error) {
    return { kind: 'broken', why: error instanceof Error ? error.message : String(error) };
  }
}

/** The field taken as text, whatever it looks like. */
export function textDraft(input: string): Draft {
  return { kind: 'text', data: { text: input.trim() } };
}
