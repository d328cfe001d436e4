import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from './config.ts';
import { loadConfig } from './load.ts';

const KEY = 'sixteen-chars-or-more';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'roomcast-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(argv: readonly string[] = [], env: Record<string, string> = {}) {
  return loadConfig({ argv, env, cwd: folder });
}

function mistakes(argv: readonly string[] = [], env: Record<string, string> = {}): readonly string[] {
  try {
    load(argv, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

function file(content: unknown): string {
  const path = join(folder, 'roomcast.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('defaults and sources', () => {
  test('without anything given the defaults hold, and the server listens on loopback', () => {
    const { config } = load();
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8080, open: false, apiKeys: [], namespaces: {} });
    expect(config.dataDir).toBe(join(folder, '.roomcast'));
  });

  test('flags win over the environment, the environment over the file, the file over the default', () => {
    const path = file({ port: 1, maxRooms: 1, logLevel: 'warn' });
    const { config, origins } = load(['--port', '3', '--config', path], {
      ROOMCAST_PORT: '2',
      ROOMCAST_MAX_ROOMS: '2',
    });
    expect(config).toMatchObject({ port: 3, maxRooms: 2, logLevel: 'warn', messageRate: 1000 });
    expect(origins.port).toEqual({ source: 'flag', label: '--port' });
    expect(origins.maxRooms.label).toBe('ROOMCAST_MAX_ROOMS');
    expect(origins.logLevel.label).toBe(`logLevel in ${path}`);
    expect(origins.messageRate.source).toBe('default');
  });

  test('SR-006 paths of TLS files are relative to the working directory, and none stay none', () => {
    expect(load()).toMatchObject({ config: { tlsCert: '', tlsKey: '' } });
    const { config } = load(['--tls-cert', 'tls/server.crt', '--tls-key', '/etc/server.key']);
    expect(config).toMatchObject({ tlsCert: join(folder, 'tls/server.crt'), tlsKey: '/etc/server.key' });
  });

  test('G8.4 the public key of tokens is a path, or PEM text whose line ends may be written as \\n', () => {
    const pem = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw\n-----END PUBLIC KEY-----';
    const keyOf = (given: string) => load([], { ROOMCAST_JWT_PUBLIC_KEY: given }).config.jwtPublicKey;
    expect(load().config.jwtPublicKey).toBe('');
    expect(keyOf('keys/token.pem')).toBe(join(folder, 'keys/token.pem'));
    expect(keyOf('/etc/token.pem')).toBe('/etc/token.pem');
    expect(keyOf(pem)).toBe(pem);
    expect(keyOf(pem.replaceAll('\n', '\\n'))).toBe(pem);
    expect(keyOf(pem.replaceAll('\n', '\\r\\n'))).toBe(pem);
  });

  test('ROOMCAST_CONFIG names the file, and --config wins over it', () => {
    const path = file({ port: 7 });
    expect(load([], { ROOMCAST_CONFIG: 'roomcast.json' }).config.port).toBe(7);
    expect(load(['--config', path], { ROOMCAST_CONFIG: '/nowhere' }).config.port).toBe(7);
  });

  test('an environment variable that is empty counts as not set', () => {
    expect(load([], { ROOMCAST_PORT: '', ROOMCAST_API_KEYS: ' ', ROOMCAST_CONFIG: '' }).config.port).toBe(8080);
  });

  test('the result is frozen all the way down', () => {
    const { config } = load([], { ROOMCAST_NAMESPACES: '{"orders": {"history": {"size": 5}}}' });
    expect(Object.isFrozen(config)).toBe(true);
    const { orders } = config.namespaces;
    expect(Object.isFrozen(orders?.history)).toBe(true);
  });
});

describe('forms', () => {
  test('durations, sizes, switches and lists are read as people write them', () => {
    const { config } = load(
      ['--ping-interval', '20s', '--ping-timeout=1m', '--max-buffer', '8MB', '--no-log-file', '--open'],
      { ROOMCAST_ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000', ROOMCAST_FLUSH_WINDOW: '0' },
    );
    expect(config).toMatchObject({
      pingInterval: 20_000,
      pingTimeout: 60_000,
      maxBuffer: 8_000_000,
      logFile: false,
      open: true,
      allowedOrigins: ['https://a.example', 'http://localhost:3000'],
      flushWindow: 0,
    });
  });

  test('a list flag may be repeated', () => {
    expect(load(['--trusted-proxies', '10.0.0.1', '--trusted-proxies=fd00::/8']).config.trustedProxies).toEqual([
      '10.0.0.1',
      'fd00::/8',
    ]);
  });

  test('the file takes JSON values and the same texts as flags', () => {
    const path = file({ open: true, pingInterval: '20s', maxFrameSize: 65536, apiKeys: [KEY], maxConnections: 'auto' });
    expect(load(['--config', path]).config).toMatchObject({ open: true, pingInterval: 20_000, maxFrameSize: 65_536 });
  });

  test('a namespace has defaults for the fields left out', () => {
    const { config } = load([], { ROOMCAST_NAMESPACES: '{"orders": {"publish": "server", "history": {"age": "1m"}}}' });
    expect(config.namespaces).toEqual({
      orders: {
        join: 'anyone',
        publish: 'server',
        history: { size: 100, age: 60_000, durable: false },
        presence: false,
        listed: true,
      },
    });
  });
});

describe('mistakes', () => {
  test('all are reported at once, each under the key as the user wrote it', () => {
    const path = file({ maxRooms: [1], prot: 80 });
    const found = mistakes(['--port', '99999', '--log-levl', 'info', '--config', path], { ROOMCAST_OPEN: 'yes' });
    expect(found).toEqual([
      '--log-levl is not an option (did you mean --log-level?)',
      `prot in ${path} is not an option (did you mean port?)`,
      '--port is the text "99999"; it must be a whole number from 0 to 65535',
      'ROOMCAST_OPEN is the text "yes"; it must be true, false, 1 or 0',
      `maxRooms in ${path} is a list; it must be a whole number from 1 to 100000000`,
    ]);
  });

  test('a value that is overruled is still checked', () => {
    expect(mistakes(['--port', '1'], { ROOMCAST_PORT: 'x' })).toHaveLength(1);
  });

  test('a flag without its value, and a word that is no flag, are mistakes', () => {
    expect(mistakes(['--host', '--open'])).toContain('--host needs a value: --host <address>');
    expect(mistakes(['--port'])).toEqual(['--port needs a value: --port <number>']);
    expect(mistakes(['9000'])).toEqual(['9000 is not a command; see roomcast --help']);
  });

  test('a file that is missing, broken or no object is one mistake', () => {
    expect(mistakes(['--config', 'nowhere.json'])).toEqual([
      `--config names ${join(folder, 'nowhere.json')}, which cannot be read (ENOENT: no such file or directory)`,
    ]);
    const path = file('{\n  "port": ,\n}');
    expect(mistakes(['--config', path])[0]).toMatch(/^--config names .*roomcast\.json, which is not JSON/);
    expect(mistakes(['--config', file([1])])).toEqual([`${path} is a list; it must be a JSON object`]);
  });

  test('a __proto__ key in the file is an unknown option and changes nothing', () => {
    const path = file('{"__proto__": {"open": true}}');
    expect(mistakes(['--config', path])).toEqual([`__proto__ in ${path} is not an option`]);
  });

  test('namespaces name the path of the faulty field', () => {
    const value = JSON.stringify({
      orders: { join: 'all', history: { size: 0 }, colour: 1 },
      Bad: {},
      chat: {},
    });
    expect(mistakes([], { ROOMCAST_NAMESPACES: value })).toEqual([
      'ROOMCAST_NAMESPACES.orders has the unknown field "colour"; there are join, publish, history, presence, listed',
      'ROOMCAST_NAMESPACES.orders.join is the text "all"; it must be one of anyone, nobody',
      'ROOMCAST_NAMESPACES.orders.history.size is the number 0; it must be a whole number from 1 to 100000',
      'ROOMCAST_NAMESPACES has the namespace "Bad", which must be 1–32 of a–z, 0–9 and "-", starting with a letter',
      'ROOMCAST_NAMESPACES has the namespace "chat", which is built in and cannot be changed',
    ]);
    expect(mistakes([], { ROOMCAST_NAMESPACES: '{' })[0]).toMatch(/^ROOMCAST_NAMESPACES is the text "\{"; it must be/);
    const path = file({ namespaces: { orders: [] } });
    expect(mistakes(['--config', path])[0]).toBe(
      `namespaces.orders in ${path} is a list; it must be an object with join, publish, history, presence, listed`,
    );
  });

  test('`live` can be redefined', () => {
    const { live } = load([], { ROOMCAST_NAMESPACES: '{"live": {}}' }).config.namespaces;
    expect(live?.presence).toBe(false);
  });

  test('an origin with a path or a slash is answered with the one that was meant', () => {
    expect(mistakes(['--allowed-origins', 'https://a.example/'])).toEqual([
      '--allowed-origins entry 1 ("https://a.example/") must be "https://a.example"',
    ]);
  });

  test('proxies must be addresses or networks', () => {
    expect(mistakes(['--trusted-proxies', '10.0.0.0/33,proxy'])).toHaveLength(2);
  });

  test('a secret is never quoted', () => {
    const found = mistakes([], { ROOMCAST_API_KEYS: 'hunter2,with spaces in the key' }).join();
    expect(found).toContain('ROOMCAST_API_KEYS entry 1 has 7 characters; it must have at least 16');
    expect(found).not.toMatch(/hunter2|spaces in/);
  });

  test('an orchestrator that sets ROOMCAST_PORT to an address is recognised', () => {
    expect(mistakes([], { ROOMCAST_PORT: 'tcp://10.0.0.1:80' })[0]).toContain('enableServiceLinks: false');
  });

  test('a misspelt variable is a warning, foreign ones are left alone', () => {
    const env = { ROOMCAST_API_KEY: KEY, ROOMCAST_SERVICE_HOST: '10.0.0.1' };
    expect(load([], env).warnings).toEqual([
      'ROOMCAST_API_KEY is not an option and has no effect (did you mean ROOMCAST_API_KEYS?)',
    ]);
  });
});

describe('rules across options', () => {
  test('an address that others can reach needs no keys: without any, no program is let in', () => {
    for (const host of ['0.0.0.0', '::', '127.0.0.1']) expect(mistakes(['--host', host])).toEqual([]);
  });

  test('SR-006 a certificate needs its key, and a key its certificate', () => {
    expect(mistakes(['--tls-cert', 'a.crt'])).toEqual([
      '--tls-cert is given without its private key: give tlsKey as well, or neither',
    ]);
    expect(mistakes([], { ROOMCAST_TLS_KEY: 'a.key' })).toEqual([
      'ROOMCAST_TLS_KEY is given without a certificate: give tlsCert as well, or neither',
    ]);
    expect(mistakes(['--tls-cert', 'a.crt', '--tls-key', 'a.key'])).toEqual([]);
  });

  test('G8.4 keys of tokens come over https, or from this machine', () => {
    const at = (url: string) => mistakes(['--jwks-url', url]);
    const there = 'https://id.example/jwks?tenant=1';
    for (const url of [there, 'http://127.0.0.1:9/k', 'http://[::1]:9/k', 'http://localhost/k', 'http://0x7f.1/k']) {
      expect(at(url)).toEqual([]);
    }
    for (const url of [
      ...[
        'http://id.example/jwks',
        'http://169.254.169.254/',
        'http://127.0.0.1.example/',
        'http://0.0.0.0/',
        'http://10.1/',
      ],
      ...['https://user:pass@id.example/jwks', 'http://localhost@id.example/', 'http://[::ffff:10.0.0.1]/'],
    ]) {
      expect(at(url)).toEqual([expect.stringMatching(/^--jwks-url must begin with https:\/\/ and have no user name/)]);
    }
  });

  test('G8.4 an audience or issuer without keys, and keys of others without an audience, deserve a warning', () => {
    const warningsOf = (...argv: readonly string[]) => load(argv).warnings;
    const without = 'has no effect without jwtSecret, jwtPublicKey or jwksUrl';
    expect(warningsOf('--jwt-audience', 'a')).toEqual([`--jwt-audience ${without}`]);
    expect(warningsOf('--jwt-issuer', 'a')).toEqual([`--jwt-issuer ${without}`]);
    expect(warningsOf('--jwt-audience', 'a', '--jwt-secret', 's'.repeat(32))).toEqual([]);
    expect(warningsOf('--jwks-url', 'https://id.example/', '--jwt-audience', 'a')).toEqual([]);
    expect(warningsOf('--jwks-url', 'https://id.example/')).toEqual([
      '--jwks-url is given without jwtAudience: tokens that its issuer made for other programs are accepted too',
    ]);
  });

  test('the ping timeout exceeds the interval, the buffer and the log budget hold a frame', () => {
    expect(mistakes(['--ping-interval', '2m', '--max-frame-size', '100MiB'])).toEqual([
      'pingTimeout (the default) is 1m; it must exceed --ping-interval, which is 2m',
      'maxBuffer (the default) is 4MiB; it must exceed --max-frame-size, which is 100MiB, or one large message would ' +
        'make a connection count as slow',
      'logBudget (the default) is 64MiB; it must be at least --max-frame-size, which is 100MiB',
    ]);
  });
});
