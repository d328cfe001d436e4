import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer } from 'node:https';
import type { Logger } from '../telemetry/log.ts';
import { StartFault } from '../util/start-fault.ts';

/** Where the certificate and its key are, and what they were when they were read. Both PEM. */
export interface TlsFiles {
  readonly certPath: string;
  readonly keyPath: string;
  readonly cert: string;
  readonly key: string;
}

/** How often the files are looked at again; certificates are renewed every few weeks. */
const RELOAD_INTERVAL = 60_000;

/**
 * The files of `tlsCert` and `tlsKey`, or null where there are none.
 * @throws {StartFault} naming the file and what is wrong with it
 */
export function readTlsFiles(certPath: string, keyPath: string): TlsFiles | null {
  if (certPath === '' || keyPath === '') return null;
  const cert = read(certPath, 'certificate');
  const key = read(keyPath, 'private key');
  const certificate = parsed(() => new X509Certificate(cert), `The file ${certPath} holds no certificate in PEM form`);
  const secret = parsed(
    () => createPrivateKey(key),
    `The file ${keyPath} holds no private key in PEM form without a passphrase`,
  );
  if (!certificate.checkPrivateKey(secret)) {
    throw new StartFault(`The private key in ${keyPath} does not belong to the certificate in ${certPath}.`);
  }
  return { certPath, keyPath, cert, key };
}

/** An HTTPS server that takes the same options as one for HTTP. */
export function createTlsServer({ cert, key }: TlsFiles, options: ServerOptions, handler: RequestListener): Server {
  // As long for the handshake as for the headers.
  const handshakeTimeout = options.headersTimeout ?? 10_000;
  return createServer({ ...options, cert, key, handshakeTimeout, minVersion: 'TLSv1.2' }, handler);
}

/** Takes up renewed files while the server runs. Those that are broken or half written are left for the next time. */
export function followTlsFiles(server: Server, files: TlsFiles, log: Logger): { check(): void; stop(): void } {
  let current = files;
  let failing = false;
  const check = (): void => {
    try {
      const found = readTlsFiles(files.certPath, files.keyPath);
      failing = false;
      if (!found || (found.cert === current.cert && found.key === current.key)) return;
      current = found;
      (server as Server & Pick<import('node:tls').Server, 'setSecureContext'>).setSecureContext(found);
      log.info({ validTo: new X509Certificate(found.cert).validTo }, 'the TLS certificate was renewed');
    } catch (err) {
      if (!failing) log.error({ err }, 'the new TLS files cannot be used; the former ones are');
      failing = true;
    }
  };
  const timer = setInterval(check, RELOAD_INTERVAL).unref();
  return { check, stop: () => clearInterval(timer) };
}

function read(path: string, what: string): string {
  return parsed(() => readFileSync(path, 'utf8'), `The ${what} ${path} cannot be read`);
}

function parsed<T>(parse: () => T, sentence: string): T {
  try {
    return parse();
  } catch (cause) {
    const reason = cause instanceof Error && 'syscall' in cause ? `: ${cause.message}` : '';
    throw new StartFault(`${sentence}${reason}.`, { cause });
  }
}
