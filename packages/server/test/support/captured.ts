import type { CapturedRequest } from '@roomcast/protocol';

/** A captured request that says nothing, but for what a test is about. */
export function captured(more: Partial<CapturedRequest> = {}): CapturedRequest {
  return {
    id: 'r1',
    webhookId: 'shop',
    method: 'POST',
    url: '/hooks/shop',
    path: '',
    query: '',
    httpVersion: '1.1',
    headers: {},
    rawHeaders: [],
    queryParams: {},
    body: null,
    bodyEncoding: null,
    bodySize: 0,
    truncated: false,
    timestamp: '2026-01-01T00:00:00.000Z',
    sourceIp: '127.0.0.1',
    userAgent: null,
    secure: false,
    duration: 0,
    ...more,
  };
}
