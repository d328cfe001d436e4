import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { explainStart } from '../src/cli/start-fault.ts';
import { loadConfig } from '../src/config/load.ts';
import { followTlsFiles, readTlsFiles } from '../src/http/tls.ts';
import { startServer } from '../src/server.ts';
import { StartFault } from '../src/util/start-fault.ts';
import { selfSigned } from './support/certificate.ts';
import { environmentOf } from './support/settings.ts';
import { Socket } from './support/socket.ts';

let folder: string;
let cert: string;
let key: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'roomcast-tls-'));
  [cert, key] = certificate('one');
});
afterAll(() => rmSync(folder, { recursive: true }));

const certificate = (name: string) => selfSigned(folder, name);

/** The product with that certificate. Returns its address. */
async function serve(): Promise<URL> {
  const dataDir = mkdtempSync(join(folder, 'data-'));
  const env = environmentOf({ port: 0, dataDir, tlsCert: cert, tlsKey: key });
  const { config } = loadConfig({ argv: [], env, cwd: '/nonexistent' });
  const server = await startServer(config, pino({ level: 'silent' }));
  onTestFinished(() => server.stop('the test is over'));
  return new URL(server.urls[0] ?? '');
}

/** The answer to a GET. */
async function get(url: URL): Promise<IncomingMessage> {
  const asked = request(url, { ca: readFileSync(cert), agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response;
}

describe('with a certificate', () => {
  test('SR-006 the server speaks HTTPS, and says so where it announces itself', async () => {
    const url = await serve();
    expect(url.href).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/);
    expect((await get(new URL('/health', url))).statusCode).toBe(200);
  });

  test('SR-006 and WebSocket over TLS, for large messages too', async () => {
    const url = await serve();
    const room = new URL('/bridge?room=secure', url);
    room.protocol = 'wss:';
    const [ada, bob] = [
      await Socket.open(room.href, { ca: readFileSync(cert) }),
      await Socket.open(room.href, { ca: readFileSync(cert) }),
    ];
    const text = JSON.stringify({ text: 'x'.repeat(500_000) });
    ada.send(text);
    expect(await bob.next()).toBe(text);
    for (const socket of [ada, bob]) expect(await socket.close()).toMatchObject({ code: 1000 });
  });

  test('SR-006 what does not speak TLS gets nothing, and harms nobody', async () => {
    const url = await serve();
    for (const text of ['GET /health HTTP/1.1\r\nhost: x\r\n\r\n', '\u0016\u0003\u0001garbage'.repeat(50)]) {
      const tcp = connectTcp(Number(url.port), url.hostname);
      tcp.on('error', () => {});
      let heard = '';
      tcp.on('data', (chunk) => {
        heard += chunk.toString('latin1');
      });
      tcp.write(text, 'latin1');
      await once(tcp, 'close');
      expect(heard).not.toContain('HTTP/1.1');
    }
    expect((await get(new URL('/health', url))).statusCode).toBe(200);
  });

  test('SR-006 versions of TLS that are broken are not spoken', async () => {
    const url = await serve();
    const versions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
    const tls = connect({ port: Number(url.port), host: url.hostname, ca: readFileSync(cert), ...versions });
    await expect(once(tls, 'secureConnect')).rejects.toThrow();
  });
});

test('SR-006 a renewed certificate is taken up while the server runs, a broken one is not', async () => {
  const [liveCert, liveKey] = [join(folder, 'live.crt'), join(folder, 'live.key')];
  const use = (paths: [string, string]): void => {
    copyFileSync(paths[0], liveCert);
    copyFileSync(paths[1], liveKey);
  };
  use([cert, key]);
  const files = readTlsFiles(liveCert, liveKey);
  if (!files) throw new Error('No TLS files');
  const server = createServer({ cert: files.cert, key: files.key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines: string[] = [];
  const following = followTlsFiles(server, files, pino({ base: null }, { write: (line: string) => lines.push(line) }));
  onTestFinished(() => {
    following.stop();
    server.close();
  });
  const shown = async (): Promise<PeerCertificate['subject']['CN']> => {
    const { port } = server.address() as AddressInfo;
    const tls = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(tls, 'secureConnect');
    const { CN } = tls.getPeerCertificate().subject;
    tls.destroy();
    return CN;
  };
  expect(await shown()).toBe('one');
  writeFileSync(liveCert, 'half written');
  following.check();
  following.check();
  expect(lines.filter((line) => line.includes('cannot be used'))).toHaveLength(1);
  expect(await shown()).toBe('one');
  use(certificate('two'));
  following.check();
  expect(await shown()).toBe('two');
});

describe('files that cannot be used end the start with one sentence', () => {
  const fault = (certPath: string, keyPath: string): string => {
    try {
      readTlsFiles(certPath, keyPath);
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  test('SR-006 that do not exist', () => {
    const missing = join(folder, 'missing.pem');
    expect(fault(missing, key)).toBe(
      `The certificate ${missing} cannot be read: ENOENT: no such file or directory, open '${missing}'.`,
    );
    expect(fault(cert, missing)).toContain(`The private key ${missing} cannot be read`);
    expect(fault(folder, key)).toContain('EISDIR');
  });

  test('SR-006 that hold something else', () => {
    const other = join(folder, 'other.pem');
    writeFileSync(other, 'nonsense');
    expect(fault(other, key)).toBe(`The file ${other} holds no certificate in PEM form.`);
    expect(fault(cert, cert)).toBe(`The file ${cert} holds no private key in PEM form without a passphrase.`);
    expect(fault(key, cert)).toContain('holds no certificate');
  });

  test('SR-006 that do not belong together', () => {
    const [, otherKey] = certificate('stranger');
    expect(fault(cert, otherKey)).toBe(`The private key in ${otherKey} does not belong to the certificate in ${cert}.`);
  });
});

test('SR-006 the sentence is what the command line prints', () => {
  const missing = join(folder, 'missing.pem');
  expect(() => readTlsFiles(missing, key)).toThrow(StartFault);
  expect(explainStart(new StartFault('One sentence.'), { host: '127.0.0.1', port: 0 })).toBe('One sentence.');
});

test('without files there is no TLS', () => {
  expect(readTlsFiles('', '')).toBeNull();
});
