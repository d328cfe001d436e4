import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const WEB = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = 'test/chat-states/index.html';
/** As strict as the server's own. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** The page of states, built and served on a free port. */
export interface StatesPage {
  url(state: string): string;
  close(): Promise<void>;
}

export async function serveStatesPage(): Promise<StatesPage> {
  const files = await buildPage();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname.slice(1) || PAGE;
    const type = TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    const file = files.get(path);
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': type, 'content-security-policy': POLICY });
    response.end(file);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: (state) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/?state=${state}`,
    close: () => closed(server),
  };
}

async function buildPage(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const built = await build({
    configFile: `${WEB}vite.config.ts`,
    logLevel: 'error',
    build: { write: false, rolldownOptions: { input: `${WEB}${PAGE}` } },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  return new Map(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]));
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
