import type { CapturedRequest } from '@roomcast/protocol';

interface Parts extends Partial<Omit<CapturedRequest, 'body' | 'headers' | 'rawHeaders'>> {
  /** As sent; `headers` follow from them. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array | null;
}

/** A captured request, as the server records it. Text bodies are kept as text, bytes as base64. */
export function capturedRequest({ headers = [], body = null, ...rest }: Parts = {}): CapturedRequest {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? new Uint8Array());
  const joined: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    joined[key] = key in joined ? `${joined[key]}, ${value}` : value;
  }
  return {
    id: 'r1',
    webhookId: 'w1',
    method: 'POST',
    url: '/hooks/w1',
    path: '',
    query: '',
    httpVersion: '1.1',
    queryParams: {},
    bodySize: bytes.length,
    truncated: false,
    timestamp: '2026-01-02T03:04:05.000Z',
    sourceIp: '127.0.0.1',
    userAgent: null,
    secure: false,
    duration: 1,
    ...rest,
    headers: joined,
    rawHeaders: headers,
    body: typeof body === 'string' || body === null ? body : Buffer.from(body).toString('base64'),
    bodyEncoding: body === null ? null : typeof body === 'string' ? 'utf8' : 'base64',
  };
}
