import { expect, test } from 'vitest';
import type { RequestPage, RequestQuery } from '../../store/webhook-store.ts';
import type { Webhook } from '../service.ts';
import { exportRequests } from './export.ts';
import { EXPORT_FORMATS } from './formats.ts';
import { Pace } from './pace.ts';

type Query = Omit<RequestQuery, 'room' | 'bytes'>;

/** So many requests, of which a page has ten at most; what is asked for is written down. */
class Captured {
  top: number;
  readonly asked: Query[] = [];

  constructor(count: number) {
    this.top = count;
  }

  async requests(_: Webhook, query: Query): Promise<RequestPage> {
    this.asked.push(query);
    const { order, cursor, limit } = query;
    if (order === 'newest') return { requests: this.top > 0 ? [this.#at(this.top)] : [], cursor: null };
    const count = Math.min(limit, 10, this.top - (cursor ?? 0));
    const requests = Array.from({ length: count }, (_unused, index) => this.#at((cursor ?? 0) + index + 1));
    return { requests, cursor: (cursor ?? 0) + count < this.top ? (cursor ?? 0) + count : null };
  }

  #at(offset: number) {
    return { offset, data: Buffer.from(`{"n":${offset}}`) };
  }
}

function exported(webhooks: Pick<Captured, 'requests'>) {
  const subject = { webhookId: 'x', epoch: 'e', base: 'http://x', version: '1.0.0' };
  const rest = { pace: new Pace(), signal: new AbortController().signal };
  return exportRequests({
    webhooks,
    webhook: {} as Webhook,
    filter: {},
    format: EXPORT_FORMATS.json,
    subject,
    ...rest,
  });
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk.toString();
  return text;
}

test('W11 an export reads a page only when the one before has been taken', async () => {
  const captured = new Captured(35);
  const chunks = exported(captured);
  for (let taken = 0; taken < 2; taken++) await chunks.next(); // the head, and ten
  expect(captured.asked).toHaveLength(2);
  await chunks.next();
  expect(captured.asked).toHaveLength(3);
});

test('W11 an export ends although more and more comes in', async () => {
  const captured = new Captured(15);
  const requests = (webhook: Webhook, query: Query) => {
    const page = captured.requests(webhook, query);
    captured.top += 10;
    return page;
  };
  const { requests: found } = JSON.parse(await textOf(exported({ requests }))) as { requests: { n: number }[] };
  expect(found.map(({ n }) => n)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
});

test('W11 an export of nothing is whole, too', async () => {
  expect(JSON.parse(await textOf(exported(new Captured(0))))).toEqual({ webhookId: 'x', requests: [] });
});

test('W11 an export that breaks off is not ended as if it were whole', async () => {
  const captured = new Captured(35);
  const requests = (webhook: Webhook, query: Query) => {
    if (captured.asked.length === 3) throw new Error('the disk is away');
    return captured.requests(webhook, query);
  };
  await expect(textOf(exported({ requests }))).rejects.toThrow('the disk is away');
});
