import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { seeded } from './bodies-random.ts';

type Headers = readonly (readonly [name: string, value: string])[];

/** A request to be sent. */
export interface Outgoing {
  readonly port: number;
  readonly method: string;
  /** Path and query, as they are written. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What was sent, and the id that it got. */
export interface Sent {
  readonly id: string;
  /** All of them, what the sender added itself included. */
  readonly headers: Headers;
}

export type Sender = (outgoing: Outgoing, folder: string) => Promise<Sent>;

const run = promisify(execFile);
const ID = /^roomcast-request-id: (.+)$/im;

/** curl, with the body from a file. */
async function sendByCurl({ port, method, target, headers, body }: Outgoing, folder: string): Promise<Sent> {
  const file = join(folder, 'body');
  await writeFile(file, body);
  const fields = headers.flatMap(([name, value]) => ['-H', value === '' ? `${name};` : `${name}: ${value}`]);
  // Without a type curl says that it is a form.
  if (!headers.some(([name]) => name === 'Content-Type')) fields.push('-H', 'Content-Type:');
  const args = ['-sSv', '-m', '20', '--path-as-is', '-g', '-X', method, ...fields, '--data-binary', `@${file}`];
  const { stderr } = await run('curl', [...args, `http://127.0.0.1:${port}${target}`]);
  const said = (mark: string) => stderr.split(/\r?\n/).filter((line) => line.startsWith(mark));
  const [, ...sent] = said('> ').map((line) => line.slice(2));
  return {
    id: idIn(
      said('< ')
        .map((line) => line.slice(2))
        .join('\n'),
    ),
    headers: sent.filter((line) => line !== '').map(splitHeader),
  };
}

/** Node's own client: with the length first, or in chunks. */
async function sendByNode({ port, method, target, headers, body }: Outgoing): Promise<Sent> {
  const isChunked = body.length % 2 === 1;
  const all: Headers = [
    ['Host', `127.0.0.1:${port}`],
    ...headers,
    isChunked ? ['Transfer-Encoding', 'chunked'] : ['content-length', `${body.length}`],
    ['Connection', 'close'],
  ];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const outgoing = request({ host: '127.0.0.1', port, method, path: target, headers: all.flat(), agent: false });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    resolve(`roomcast-request-id: ${response.headers['roomcast-request-id']}`);
    response.resume();
  });
  const middle = Math.floor(body.length / 3);
  if (isChunked) outgoing.write(body.subarray(0, middle));
  outgoing.end(body.subarray(isChunked ? middle : 0));
  return { id: idIn(await promise), headers: all };
}

/** Bytes on a socket: chunks of odd sizes, with extensions and a trailer. */
async function sendByHand({ port, method, target, headers, body }: Outgoing): Promise<Sent> {
  const all: Headers = [['hOST', 'localhost'], ...headers, ['TRANSFER-encoding', 'chunked'], ['Connection', 'close']];
  const lines = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''];
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on('close', () => resolve()).on('error', reject);
  socket.write(lines.join('\r\n'), 'latin1');
  for (const piece of piecesOf(body)) {
    socket.write(`${piece.length.toString(16).toUpperCase()};name="value"\r\n`);
    socket.write(piece);
    socket.write('\r\n');
  }
  socket.write('000\r\nX-Trailer: no header\r\n\r\n');
  await promise;
  return { id: idIn(answer), headers: all };
}

/** At most 40 of them, the first ones of a byte each. */
function piecesOf(body: Buffer): readonly Buffer[] {
  const random = seeded(body.length + 1);
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = pieces.length < 3 ? 1 : 1 + Math.floor((random() * body.length) / 18);
    const end = pieces.length === 39 ? body.length : Math.min(body.length, at + size);
    pieces.push(body.subarray(at, end));
    at = end;
  }
  return pieces;
}

function idIn(answer: string): string {
  const id = ID.exec(answer)?.[1]?.trim();
  if (id === undefined || id === 'undefined') throw new Error(`The answer names no request: ${answer.slice(0, 500)}`);
  return id;
}

function splitHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

export const SENDERS: readonly Sender[] = [sendByCurl, sendByNode, sendByHand];
