import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@roomcast/protocol';
import type { Audit } from '../auth/audit.ts';
import type { Origins } from '../auth/origin.ts';
import type { Identity } from '../core/identity.ts';
import { type Counters, count } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { IdentityDemand, Transport, Upgrade } from '../transports/transport.ts';
import type { Admission } from './admission.ts';
import type { Peers } from './peer.ts';
import { headersOf, PROBLEM_TYPE, problem, problemOfError } from './problem.ts';

export interface UpgradeOptions {
  readonly transports: readonly Transport[];
  readonly origins: Origins;
  readonly peers: Peers;
  readonly admission: Admission;
  readonly counters: Counters;
  readonly audit: Audit;
  readonly log: Logger;
  /** Who it is, at once where nothing has to be looked up. May throw and reject with ProblemError and StoreError. */
  readonly identify: (
    request: IncomingMessage,
    query: string,
    demand: IdentityDemand,
  ) => Identity | null | Promise<Identity | null>;
  /** Milliseconds that looking somebody up may take. */
  readonly handshakeTimeout: number;
  readonly isDraining: () => boolean;
  /** Whether new connections are refused because there is too much to do. */
  readonly isOverloaded: () => boolean;
  /** A server of its own, with its own path. */
  readonly guest?: Guest;
}

/** A server that makes connections of requests by itself; here it is only asked who may begin. */
export interface Guest {
  owns(request: IncomingMessage): boolean;
  /** Whether the request is for a new connection, rather than of one that there is. */
  begins(request: IncomingMessage): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Why an upgrade is refused; `extensions` go into the problem, `headers` into the response. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly extensions?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** A request on its way through the checks. */
type Candidate = Omit<Upgrade, 'identity'> & { readonly path: string; readonly transport: Transport };

/** Takes WebSocket upgrades: checks what every transport demands, then hands them to the one at that path. */
export function handleUpgrades(server: Server, options: UpgradeOptions): void {
  const byPath = new Map(options.transports.flatMap((one) => Object.keys(one.paths).map((path) => [path, one])));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', destroy);
    const { guest } = options;
    if (guest?.owns(request)) {
      const refused = guest.begins(request) ? refusalOfNew(request, options) : null;
      const candidate = { socket, address: options.peers.addressOf(request), path: pathOf(request) };
      if (refused) refuse(candidate, refused, options);
      else guest.upgrade(request, socket, head);
      return;
    }
    // No URL object: the path is compared, and few look at the query.
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const address = options.peers.addressOf(request);
    const transport = byPath.get(path);
    const refusal = transport ? refusalOf(request, path, transport, options) : notFound(byPath);
    if (refusal || !transport) {
      refuse({ socket, address, path }, refusal ?? notFound(byPath), options);
      return;
    }
    if (options.admission.admit(address) !== 'admitted') {
      refuse({ socket, address, path }, BUSY, options);
      return;
    }
    // A place is held by the socket, from here to its end: whatever becomes of the handshake, it is given back once.
    socket.once('close', () => options.admission.release(address));
    identifyAndAccept({ request, socket, head, query, address, path, transport }, options);
  });
}

/** Limits are checked before: only so many can be looked up at a time. Who needs no looking up is accepted at once. */
function identifyAndAccept(candidate: Candidate, options: UpgradeOptions): void {
  const { request, query, path, transport } = candidate;
  let identity: ReturnType<UpgradeOptions['identify']>;
  try {
    identity = options.identify(request, query, transport.paths[path] ?? 'none');
  } catch (error) {
    refuse(candidate, refusalOfError(error, options.log), options);
    return;
  }
  if (identity instanceof Promise) void acceptLater(candidate, identity, options);
  else transport.accept({ ...candidate, identity });
}

/** Meanwhile nobody reads the socket: what a client sends ahead of the answer waits in the network. */
async function acceptLater(candidate: Candidate, looking: Promise<Identity | null>, options: UpgradeOptions) {
  const { socket, transport } = candidate;
  const timer = setTimeout(() => refuse(candidate, AWAY, options), options.handshakeTimeout).unref();
  const found = await looking.then(
    (identity) => ({ identity, refusal: options.isDraining() ? DRAINING : null }),
    (error: unknown) => ({ identity: null, refusal: refusalOfError(error, options.log) }),
  );
  clearTimeout(timer);
  if (socket.destroyed || socket.writableEnded) return; // it has gone, or has had its answer
  if (found.refusal) refuse(candidate, found.refusal, options);
  else transport.accept({ ...candidate, identity: found.identity });
}

type NewOptions = Pick<UpgradeOptions, 'isDraining' | 'isOverloaded' | 'origins' | 'peers' | 'admission'>;

/** Why nobody new is let in, or not this one. */
export function refusalOfNew(request: IncomingMessage, options: NewOptions): Refusal | null {
  if (options.isDraining()) return DRAINING;
  if (options.isOverloaded()) return OVERLOADED;
  if (!options.origins.allows(request)) return FOREIGN;
  return options.admission.hasRoom(options.peers.addressOf(request)) ? null : BUSY;
}

/** As `refusalOfNew`, for connections that begin with a plain GET, which pages can send without saying where they are from. */
export function refusalOfReader(request: IncomingMessage, options: NewOptions): Refusal | null {
  return refusalOfNew(request, options) ?? (options.origins.allowsReading(request) ? null : FOREIGN);
}

const FOREIGN: Refusal = {
  code: 'ORIGIN_NOT_ALLOWED',
  detail: 'Pages of this origin may not connect. The option --allowed-origins lists those that may.',
};

/** Answers a request that would have begun a connection. */
export function answerRefusal(response: ServerResponse, { code, detail, headers = {} }: Refusal): void {
  const body = problem(code, detail);
  response.writeHead(body.status, { 'content-type': PROBLEM_TYPE, ...headers }).end(JSON.stringify(body));
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

function destroy(this: Duplex): void {
  this.destroy();
}

const LATER = { 'retry-after': '5' };
const BUSY: Refusal = { code: 'SERVER_BUSY', detail: 'Server busy', headers: LATER };
const OVERLOADED: Refusal = { code: 'OVERLOADED', detail: 'This server has too much to do just now.', headers: LATER };
const DRAINING: Refusal = { code: 'SHUTTING_DOWN', detail: 'This server is shutting down.', headers: LATER };
const AWAY: Refusal = { code: 'STORAGE_UNAVAILABLE', detail: 'The database does not answer.', headers: LATER };

function refusalOf(
  request: IncomingMessage,
  path: string,
  transport: Transport,
  options: UpgradeOptions,
): Refusal | null {
  const refused = refusalOfNew(request, options);
  if (refused) return refused;
  return versionRefusal(request) ?? handshakeRefusal(request) ?? subprotocolRefusal(request, path, transport);
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

function subprotocolRefusal(request: IncomingMessage, path: string, { subprotocols }: Transport): Refusal | null {
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

function notFound(byPath: ReadonlyMap<string, Transport>): Refusal {
  const detail = `There is no WebSocket at this path. There are ${[...byPath.keys()].join(' and ')}.`;
  return { code: 'NOT_FOUND', detail };
}

function refusalOfError(error: unknown, log: Logger): Refusal {
  const found = problemOfError(error);
  if (found) return { code: found.code, detail: found.detail, headers: headersOf(found) };
  log.error({ err: error }, 'an upgrade failed');
  return { code: 'INTERNAL_ERROR', detail: 'The server failed; its log says why.' };
}

/** Answers in plain HTTP; no WebSocket comes to be. The query, which may hold a ticket, is not logged. */
function refuse(
  { socket, address, path }: Pick<Candidate, 'socket' | 'address' | 'path'>,
  { code, detail, extensions, headers = {} }: Refusal,
  { counters, audit }: UpgradeOptions,
): void {
  count(counters.refusals, code as string);
  audit.refused({ code, address, path: path.slice(0, 100) }, 'upgrade refused');
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
