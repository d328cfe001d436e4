import { type IncomingMessage, request } from 'node:http';

export interface Call {
  readonly path: string;
  readonly method?: string;
  /** Sent as they are: `host` and `origin` too, which a browser would not let a page write. */
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body where it is JSON, else null. */
  readonly json: unknown;
}

/** One HTTP request on a connection of its own. A WebSocket upgrade that succeeds answers 101 and is dropped. */
export async function call(port: number, { path, method = 'GET', headers = {}, body }: Call): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const outgoing = request({ port, path, method, headers: { ...length, ...headers }, agent: false });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve(answer(response, Buffer.concat(chunks).toString())));
    response.on('error', reject);
  });
  outgoing.on('upgrade', (response, socket) => {
    socket.on('error', () => {});
    socket.destroy();
    resolve(answer(response, ''));
  });
  outgoing.end(body);
  return promise;
}

/** The headers of a proper WebSocket upgrade, for those who want to break one. */
export const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
} as const;

/** What `problem` tests look at: the status, and the code of the error table. */
export function problemOf({ status, headers, json }: Answer): unknown {
  const { code, field, supported } = (json ?? {}) as Record<string, unknown>;
  const given = Object.entries({ field, supported }).filter(([, value]) => value !== undefined);
  return { status, type: headers['content-type'], code, ...Object.fromEntries(given) };
}

/** The problem that is expected, in the form of `problemOf`. */
export function aProblem(status: number, code: string, more: object = {}): object {
  return { status, type: 'application/problem+json; charset=utf-8', code, ...more };
}

function answer({ statusCode = 0, headers }: IncomingMessage, text: string): Answer {
  return { status: statusCode, headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
