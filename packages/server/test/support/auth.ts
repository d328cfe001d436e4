import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { authRoutes } from '../../src/api/auth.ts';
import { docsRoutes } from '../../src/api/docs.ts';
import { ApiKeys } from '../../src/auth/api-keys.ts';
import { type Auth, createAuth } from '../../src/auth/auth.ts';
import { Origins } from '../../src/auth/origin.ts';
import { Passwords } from '../../src/auth/passwords.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Admission } from '../../src/http/admission.ts';
import { createApp } from '../../src/http/app.ts';
import { Peers } from '../../src/http/peer.ts';
import { handleUpgrades } from '../../src/http/upgrade.ts';
import type { SessionStore } from '../../src/store/account-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { newCounters } from '../../src/telemetry/counters.ts';
import type { IdentityDemand, Transport, Upgrade } from '../../src/transports/transport.ts';
import { Api } from './api.ts';
import { ManualClock } from './core.ts';
import { type Answer, call } from './http.ts';
import { environmentOf, type Settings } from './settings.ts';

/** What a login answers. */
export interface LoginAnswer {
  readonly token: string;
  readonly user: { readonly id: string; readonly username: string; readonly createdAt: string };
  readonly expiresAt: string;
}

/** Says to each client who it is, then sends back what it hears. */
class EchoTransport implements Transport {
  readonly paths: Readonly<Record<string, IdentityDemand>> = {
    '/ws': 'optional',
    '/ws/chat': 'required',
    '/bridge': 'none',
  };
  readonly subprotocols = ['roomcast.v1'];
  readonly accepted: Upgrade[] = [];
  readonly #server = new WebSocketServer({ noServer: true, clientTracking: false });

  accept(upgrade: Upgrade): void {
    this.accepted.push(upgrade);
    this.#server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (ws) => {
      ws.on('error', () => {});
      ws.on('message', (data) => ws.send(data.toString()));
      ws.send(JSON.stringify(upgrade.identity));
    });
  }
}

export interface AuthServerOptions {
  readonly settings?: Settings;
  readonly admit?: (userId: string | null) => string | null;
  /** Stand before and after each lookup of a session, and before it is stored: to hold it up or to break it. */
  readonly beforeLookup?: () => Promise<void>;
  readonly afterLookup?: () => Promise<void>;
  readonly beforeCreation?: () => Promise<void>;
}

interface Parts {
  readonly folder: string;
  readonly close: () => Promise<void>;
  readonly calls: { lookups: number; extensions: number };
  readonly auth: Auth;
  readonly clock: ManualClock;
  readonly store: Store;
  readonly admission: Admission;
  readonly transport: EchoTransport;
  readonly lines: readonly string[];
}

/** Accounts over HTTP and upgrades, on a real store, with a clock that the test moves. */
export class AuthServer extends Api {
  readonly auth: Auth;
  readonly clock: ManualClock;
  readonly store: Store;
  readonly admission: Admission;
  readonly transport: EchoTransport;
  /** All log lines as they were written. */
  readonly lines: readonly string[];
  draining = false;
  readonly #parts: Parts;

  private constructor(port: number, parts: Parts) {
    super(port);
    this.auth = parts.auth;
    this.clock = parts.clock;
    this.store = parts.store;
    this.admission = parts.admission;
    this.transport = parts.transport;
    this.lines = parts.lines;
    this.#parts = parts;
  }

  /** How often the store was asked for a session. */
  get lookups(): number {
    return this.#parts.calls.lookups;
  }

  /** How often the store was told that a session lasts longer. */
  get extensions(): number {
    return this.#parts.calls.extensions;
  }

  static async start(options: AuthServerOptions = {}): Promise<AuthServer> {
    const folder = mkdtempSync(join(tmpdir(), 'roomcast-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return AuthServer.#open(folder, options);
  }

  /** Ends this server and starts another one on its store. */
  async restart(options: AuthServerOptions = {}): Promise<AuthServer> {
    await this.#parts.close();
    return AuthServer.#open(this.#parts.folder, options);
  }

  static async #open(folder: string, options: AuthServerOptions): Promise<AuthServer> {
    const { settings = {}, admit } = options;
    const env = environmentOf({ dataDir: folder, ...settings });
    const { config } = loadConfig({ argv: [], env, cwd: '/nonexistent' });
    const clock = new ManualClock();
    const lines: string[] = [];
    const log = pino({ level: 'trace', base: null }, { write: (line: string) => lines.push(line) });
    const store = await openSqliteStore({ directory: folder, log });
    const calls = { lookups: 0, extensions: 0 };
    const peers = new Peers(config.trustedProxies);
    const origins = new Origins(config.allowedOrigins, config.host);
    const auth = createAuth({
      store: { users: store.users, sessions: heldUp(store.sessions, options, calls) },
      settings: config,
      keys: new ApiKeys(config.apiKeys),
      peers,
      passwords: new Passwords(),
      clock,
      log,
      ...(admit ? { admit } : {}),
    });
    const { handshakeTimeout } = config;
    const app = createApp({ log, origins, bodyLimit: config.maxFrameSize, handshakeTimeout });
    await docsRoutes(app, '0.0.0');
    authRoutes(app, { auth, peers, settings: config });
    const transport = new EchoTransport();
    const total = config.maxConnections === 'auto' ? 1000 : config.maxConnections;
    const admission = new Admission({ total, perAddress: () => Number.POSITIVE_INFINITY });
    let server: AuthServer | null = null;
    handleUpgrades(app.server, {
      transports: [transport],
      origins,
      peers,
      admission,
      counters: newCounters(),
      audit: auth.audit,
      log,
      handshakeTimeout,
      identify: (request, query, demand) => auth.identifier.identify(request, query, demand),
      isDraining: () => server?.draining ?? false,
      isOverloaded: () => false,
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    auth.sessions.start();
    let closed: Promise<void> | null = null;
    const close = (): Promise<void> => {
      closed ??= (async () => {
        auth.sessions.stop();
        const ended = app.close();
        app.server.closeAllConnections();
        await ended;
        await store.close();
      })();
      return closed;
    };
    onTestFinished(close);
    const { port } = app.server.address() as AddressInfo;
    server = new AuthServer(port, { auth, clock, store, admission, transport, lines, folder, close, calls });
    return server;
  }

  /** `POST /api/auth/…` with a JSON body. */
  post(path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return call(this.port, {
      method: 'POST',
      path: `/api/auth/${path}`,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  async register(username: string, password = PASSWORD): Promise<LoginAnswer> {
    return loggedIn(await this.post('register', { username, password }), 201);
  }

  async login(username: string, password = PASSWORD): Promise<LoginAnswer> {
    return loggedIn(await this.post('login', { username, password }), 200);
  }

  me(token: string): Promise<Answer> {
    return this.get('/api/auth/me', bearer(token));
  }

  /** What was logged under that name. */
  logged(event: string): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === event);
  }
}

export const PASSWORD = 'correct horse battery';

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** The name and value of the cookie that an answer sets, fit to be sent back. */
export function cookieOf({ headers }: Answer): string {
  const [cookie = ''] = headers['set-cookie'] ?? [];
  return cookie.split(';')[0] ?? '';
}

function loggedIn({ status, json, text }: Answer, expected: number): LoginAnswer {
  if (status !== expected) throw new Error(`The login was answered ${status} ${text}`);
  return json as LoginAnswer;
}

/** The same store, with something before or after a step, and counted. */
function heldUp(sessions: SessionStore, options: AuthServerOptions, calls: Parts['calls']): SessionStore {
  const { beforeLookup, afterLookup, beforeCreation } = options;
  return {
    create: async (session) => {
      await beforeCreation?.();
      return sessions.create(session);
    },
    find: async (hash) => {
      calls.lookups++;
      await beforeLookup?.();
      const found = await sessions.find(hash);
      await afterLookup?.();
      return found;
    },
    extend: (hash, expiresAt) => {
      calls.extensions++;
      return sessions.extend(hash, expiresAt);
    },
    delete: (hash) => sessions.delete(hash),
    deleteOfUser: (userKey, except) => sessions.deleteOfUser(userKey, except),
    deleteExpired: (now) => sessions.deleteExpired(now),
  };
}
