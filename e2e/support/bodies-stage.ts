import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CapturedRequest } from '@roomcast/protocol';
import { BODIES, type SampleBody } from './bodies.ts';
import { SENDERS, type Sent } from './bodies-senders.ts';

/** A body that has been sent. */
export interface SentBody extends Sent {
  readonly name: string;
  readonly bytes: Buffer;
  readonly method: string;
  /** Behind the webhook's id. */
  readonly pathAndQuery: string;
}

const METHODS = ['POST', 'PUT', 'PATCH', 'POST', 'DELETE', 'PROPFIND', 'GET'];
const PLACES = [
  '',
  '/',
  '/stripe/events',
  '/a%2Fb/%c3%A4//c/../d?x=1&x=2&y=',
  '?',
  '/?q=a+b%20c&%zz&=&é'.replace('é', '%C3%A9'),
  "/it's/(odd);v=1?a[]=1&b={x}&c=%00&d=$`|^",
];

/** Sends all bodies to a webhook, one after the other, each by another program than the one before. */
export async function sendAll(port: number, webhookId: string, bodies = BODIES): Promise<readonly SentBody[]> {
  const folder = await mkdtemp(join(tmpdir(), 'roomcast-e2e-'));
  try {
    const sent: SentBody[] = [];
    for (const [index, body] of bodies.entries()) sent.push(await sendOne(port, webhookId, body, index, folder));
    return sent;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function sendOne(port: number, webhookId: string, body: SampleBody, index: number, folder: string) {
  const send = SENDERS[index % SENDERS.length] ?? SENDERS[0];
  const method = METHODS[index % METHODS.length] ?? 'POST';
  const pathAndQuery = PLACES[Math.floor(index / 3) % PLACES.length] ?? '';
  const { name, type, coding, bytes } = body;
  const headers = [
    ['x-Number', `${index}`],
    ...(type === null ? [] : [['Content-Type', type] as const]),
    ...(coding === undefined ? [] : [['content-encoding', coding] as const]),
    ['X-Repeated', 'one'],
    ['x-repeated', 'two, three'],
    ['COOKIE', 'a=b; c="d"'],
    ['X-Empty', ''],
    ['X-Latin', index % SENDERS.length === 0 ? 'ASCII' : 'Zoë ÿ'],
  ] as const;
  const sent = await send?.(
    { port, method, target: `/hooks/${webhookId}${pathAndQuery}`, headers, body: bytes },
    folder,
  );
  if (!sent) throw new Error('There is no sender');
  return { ...sent, name, bytes, method, pathAndQuery };
}

/** The bytes of a captured body, as anybody reads them who follows the documentation. */
export function bytesOf({ body, bodyEncoding }: CapturedRequest): Buffer {
  return body === null || bodyEncoding === null ? Buffer.alloc(0) : Buffer.from(body, bodyEncoding);
}
