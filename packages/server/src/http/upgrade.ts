import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@roomcast/protocol';
import type { Origins } from '../auth/origin.ts';
import { type Counters, count } from '../telemetry/counters.ts';
import type { Transport } from '../transports/transport.ts';
import type { Admission } from './admission.ts';
import type { Peers } from './peer.ts';
import { PROBLEM_TYPE, problem } from './problem.ts';

export interface UpgradeOptions {
  readonly transports: readonly Transport[];
  readonly origins: Origins;
  readonly peers: Peers;
  readonly admission: Admission;
  readonly counters: Counters;
  readonly isDraining: () => boolean;
}

/** Why an upgrade is refused; `extensions` go into the problem, `headers` into the response. */
interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly extensions?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** Takes WebSocket upgrades: checks what every transport demands, then hands them to the one at that path. */
export function handleUpgrades(server: Server, options: UpgradeOptions): void {
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', destroy);
    // No URL object: the path is compared, and only the bridge looks at the query.
    const [path, query = ''] = (request.url ?? '').split('?', 2);
    const transport = options.transports.find((candidate) => candidate.path === path);
    const refusal = transport ? refusalOf(request, transport, options) : notFound(options);
    if (refusal || !transport) {
      refuse(socket, refusal ?? notFound(options), options.counters);
      return;
    }
    const address = options.peers.addressOf(request);
    if (options.admission.admit(address) !== 'admitted') {
      refuse(socket, BUSY, options.counters);
      return;
    }
    // A place is held by the socket, from here to its end: whatever becomes of the handshake, it is given back once.
    socket.once('close', () => options.admission.release(address));
    transport.accept({ request, socket, head, query, address });
  });
}

function destroy(this: Duplex): void {
  this.destroy();
}

const BUSY: Refusal = { code: 'SERVER_BUSY', detail: 'Server busy', headers: { 'retry-after': '5' } };

function refusalOf(request: IncomingMessage, transport: Transport, options: UpgradeOptions): Refusal | null {
  if (options.isDraining()) {
    return { code: 'SHUTTING_DOWN', detail: 'This server is shutting down.', headers: { 'retry-after': '5' } };
  }
  if (!options.origins.allows(request)) {
    const detail = 'Pages of this origin may not connect. The option --allowed-origins lists those that may.';
    return { code: 'ORIGIN_NOT_ALLOWED', detail };
  }
  return versionRefusal(request) ?? handshakeRefusal(request) ?? subprotocolRefusal(request, transport);
}

function versionRefusal({ headers }: IncomingMessage): Refusal | null {
  const version = headers['sec-websocket-version'];
  if (version === '13') return null;
  const detail = `WebSocket version ${(version ?? 'none').slice(0, 8)} is not supported; version 13 is (RFC 6455).`;
  return {
    code: 'UNSUPPORTED_SUBPROTOCOL',
    detail,
    extensions: { supportedVersions: [13] },
    headers: { 'sec-websocket-version': '13' },
  };
}

/** The rest of what RFC 6455 §4.2.1 demands: `ws` would refuse it too, but without a code. */
function handshakeRefusal({ method, headers }: IncomingMessage): Refusal | null {
  if (method !== 'GET') {
    return { code: 'METHOD_NOT_ALLOWED', detail: 'A WebSocket begins with GET.', extensions: { allow: ['GET'] } };
  }
  if (KEY.test(headers['sec-websocket-key'] ?? '')) return null;
  return { code: 'VALIDATION_ERROR', detail: 'The header "sec-websocket-key" must be 16 bytes in base64.' };
}

/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** RFC 9110 §5.6.2: what the name of a subprotocol is made of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function subprotocolRefusal(request: IncomingMessage, { path, subprotocols }: Transport): Refusal | null {
  const offered = request.headers['sec-websocket-protocol'];
  if (offered === undefined) return null;
  const names = offered.split(',').map((name) => name.trim());
  const wellFormed = names.every((name) => TOKEN.test(name)) && new Set(names).size === names.length;
  if (wellFormed && names.some((name) => subprotocols.includes(name))) return null;
  const supported = subprotocols.length > 0 ? `supported: ${subprotocols.join(', ')}` : 'none is spoken';
  return {
    code: 'UNSUPPORTED_SUBPROTOCOL',
    detail: `The offered subprotocol is not spoken at ${path}; ${supported}.`,
    extensions: { supported: subprotocols },
  };
}

function notFound({ transports }: UpgradeOptions): Refusal {
  const paths = transports.map(({ path }) => path).join(' and ');
  return { code: 'NOT_FOUND', detail: `There is no WebSocket at this path. There are ${paths}.` };
}

/** Answers in plain HTTP; no WebSocket comes to be. */
function refuse(socket: Duplex, { code, detail, extensions, headers = {} }: Refusal, counters: Counters): void {
  count(counters.refusals, code as string);
  const body = JSON.stringify(problem(code, detail, extensions));
  const { status, title } = problem(code, detail);
  const all = {
    connection: 'close',
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`);
}
