export type Algorithm = 'sha1' | 'sha256' | 'sha512';

interface Digest {
  readonly label: string;
  /** Of a signature in bytes. */
  readonly size: number;
}

export const DIGESTS: Readonly<Record<Algorithm, Digest>> = {
  sha256: { label: 'SHA-256', size: 32 },
  sha1: { label: 'SHA-1', size: 20 },
  sha512: { label: 'SHA-512', size: 64 },
};

/** Whether this browser computes signatures: it does so only on pages over HTTPS or from localhost. */
export function canSign(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

/** HMAC of RFC 2104. The key must not be empty: browsers refuse that. */
export async function hmac(
  algorithm: Algorithm,
  key: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const scheme = { name: 'HMAC', hash: DIGESTS[algorithm].label };
  const imported = await crypto.subtle.importKey('raw', key, scheme, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, data));
}
