import { fromBase64, fromHex } from './encodings.ts';
import type { Provider } from './provider.ts';
import type { Variant } from './variant.ts';

export type Key = Uint8Array<ArrayBuffer>;

const WHSEC = 'whsec_';

/** The key that a secret stands for; null where the secret is not of that form. */
export function keyOf(secret: string, form: Provider['secretForm']): Key | null {
  return form === 'text' ? new TextEncoder().encode(secret) : fromBase64(bare(secret));
}

/** Keys that the same secret would be if it was pasted or read otherwise. */
export function otherKeys(secret: string, form: Provider['secretForm']): readonly Variant<Key>[] {
  const clean = cleaned(secret);
  const isSpaced = secret !== secret.trim();
  const surroundings = isSpaced ? 'the white space around the secret is' : 'the quotes around the secret are';
  const cleaning = secret === clean ? '' : `${surroundings} taken off`;
  const ways: readonly (readonly [Key | null, string])[] = [
    [cleaning === '' ? null : keyOf(clean, form), ''],
    [form === 'base64' ? keyOf(clean, 'text') : null, 'the secret is taken as text, with whsec_, and not decoded'],
    [clean.startsWith(WHSEC) ? keyOf(bare(clean), 'text') : null, 'the secret is taken as text, without its whsec_'],
    [form === 'text' ? fromBase64(bare(clean)) : null, 'the secret is decoded from base64'],
    [fromHex(clean), 'the secret is decoded from hexadecimal'],
  ];
  return ways.flatMap(([value, words]) =>
    // Browsers refuse an empty key.
    value === null || value.length === 0 ? [] : [{ value, words: [cleaning, words].filter(Boolean).join(' and ') }],
  );
}

function bare(secret: string): string {
  return secret.startsWith(WHSEC) ? secret.slice(WHSEC.length) : secret;
}

/** Without white space and quotes around it, as they come along from a file or a terminal. */
function cleaned(secret: string): string {
  return secret
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .trim();
}
