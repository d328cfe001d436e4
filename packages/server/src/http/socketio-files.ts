import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

/** The official browser client, where the official server of Socket.IO serves it. */
const FILE = /^\/socket\.io\/(socket\.io(?:(?:\.esm|\.msgpack)?\.min)?\.js(?:\.map)?)(?:\?|$)/;
const VARIANTS = ['js', 'min.js', 'esm.min.js', 'msgpack.min.js'];

/** Whether an address is the file's, and not one of the protocol that is spoken beside it. */
export function isSocketIoFile(url: string): boolean {
  return FILE.test(url);
}

/** `/socket.io/socket.io.js` and its variants: pages written for the official server find the client here. */
export function socketIoFileRoutes(app: FastifyInstance): void {
  const folder = join(dirname(createRequire(import.meta.url).resolve('socket.io/package.json')), 'client-dist');
  const headers = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' };
  for (const variant of VARIANTS) {
    for (const file of [`socket.io.${variant}`, `socket.io.${variant}.map`]) {
      // Asked for again each time, which costs a 304: its address says nothing of its version.
      app.get(`/socket.io/${file}`, { schema: { hide: true } }, (_request, reply) => {
        return reply.headers(headers).sendFile(file, folder, { maxAge: 0, cacheControl: true });
      });
    }
  }
}
