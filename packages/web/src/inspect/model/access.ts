/** Whether the page may show the webhook. */
export type Access =
  | { readonly kind: 'loading' }
  /** Its secret or password is needed; `fault`: why the one that was given did not do. */
  | { readonly kind: 'locked'; readonly fault: string | null }
  | { readonly kind: 'open' }
  | { readonly kind: 'unknown' }
  /** It was there when the page was opened. */
  | { readonly kind: 'deleted' }
  | { readonly kind: 'failed'; readonly message: string };

const SECRET = /^whsec_/;

/** What somebody has typed, as the server takes it: secrets are known by how they begin. */
export function readCredentials(text: string): { readonly secret: string } | { readonly password: string } {
  // Spaces at the ends of a secret are slips of copying; a password may have them.
  return SECRET.test(text.trim()) ? { secret: text.trim() } : { password: text };
}
