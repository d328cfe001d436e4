import type { CapturedRequest } from '@roomcast/protocol';
import type { StoredRequest } from '../../store/webhook-store.ts';
import { placedJson } from '../placed-json.ts';
import { curlCommand } from './curl.ts';
import { harEntry } from './har.ts';

export type ExportFormatName = 'har' | 'json' | 'curl';

/** What an export is about. */
export interface ExportSubject {
  readonly webhookId: string;
  readonly epoch: string;
  /** Scheme and host of this server. */
  readonly base: string;
  /** Of this program. */
  readonly version: string;
}

/** How an export is written: a head, the requests with something between them, a tail. */
export interface ExportFormat {
  readonly type: string;
  /** Of the file. */
  readonly extension: string;
  head(subject: ExportSubject): string;
  /** In pieces, since it may be long. */
  item(stored: StoredRequest, subject: ExportSubject): Iterable<Buffer>;
  readonly between: string;
  readonly tail: string;
}

export const EXPORT_FORMATS: Readonly<Record<ExportFormatName, ExportFormat>> = {
  har: {
    type: 'application/json; charset=utf-8',
    extension: 'har',
    head: ({ version }) => `{"log":{"version":"1.2","creator":{"name":"Roomcast","version":"${version}"},"entries":[\n`,
    item: (stored, { base }) => harEntry({ ...parse(stored), offset: stored.offset }, base),
    between: ',\n',
    tail: '\n]}}\n',
  },
  json: {
    type: 'application/json; charset=utf-8',
    extension: 'json',
    head: ({ webhookId }) => `{"webhookId":${JSON.stringify(webhookId)},"requests":[\n`,
    item: (stored, { epoch }) => [placedJson(stored, epoch)],
    between: ',\n',
    tail: '\n]}\n',
  },
  curl: {
    type: 'text/plain; charset=utf-8',
    extension: 'sh',
    head: () => '#!/bin/sh\n',
    *item(stored, { base }) {
      const request = parse(stored);
      yield Buffer.from(`\n# ${request.id}, ${request.timestamp}\n`);
      yield* curlCommand(request, base);
    },
    between: '',
    tail: '',
  },
};

function parse({ data }: StoredRequest): CapturedRequest {
  return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString()) as CapturedRequest;
}
