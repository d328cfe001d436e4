import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Inbox } from './inbox.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/roomcast.cjs', import.meta.url));

/** A line of `roomcast forward --json`. */
export interface ForwardLine {
  readonly type: string;
  readonly message?: string;
  readonly url?: string;
  readonly secret?: string;
  readonly requestId?: string;
  readonly webhookId?: string;
  readonly path?: string;
  readonly status?: number | null;
  readonly fault?: string | null;
  readonly attempt?: number;
  readonly willRetry?: boolean;
  readonly answered?: number;
  readonly skipped?: number;
  readonly reason?: string;
  readonly left?: number;
}

/** `roomcast forward --json …` as a process of its own, which ends with the test. */
export class Forwarding {
  /** What it says. */
  readonly lines = new Inbox<ForwardLine>();
  /** The exit code, and what it wrote to standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly #child: ChildProcess;

  private constructor(args: readonly string[], env: Record<string, string>) {
    const child = spawn(process.execPath, [PROGRAM, 'forward', '--json', ...args], { env });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(JSON.parse(line) as ForwardLine));
    this.#child = child;
    this.ended = once(child, 'close').then(([code]) => {
      this.lines.end(new Error(`It has ended with code ${code}: ${stderr}`));
      return { code, stderr };
    });
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.ended;
    });
  }

  static run(args: readonly string[], env: Record<string, string> = {}): Forwarding {
    return new Forwarding(args, env);
  }

  /** As `run`, and waits until it listens to so many webhooks. */
  static async listening(args: readonly string[], env: Record<string, string> = {}, webhooks = 1): Promise<Forwarding> {
    const forwarding = new Forwarding(args, env);
    for (let n = 0; n < webhooks; n++) await forwarding.says('listening');
    return forwarding;
  }

  /** The next line of that type. */
  says(type: string): Promise<ForwardLine> {
    return this.lines.next((line) => line.type === type, `"${type}"`);
  }

  /** Ends it in order, and gives its last word. */
  async finish(signal: NodeJS.Signals = 'SIGTERM'): Promise<ForwardLine & { readonly code: number | null }> {
    this.#child.kill(signal);
    const summary = await this.says('summary');
    return { ...summary, code: (await this.ended).code };
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** A request as it came over the wire. */
export interface RawRequest {
  /** Request line and headers, one after the other, each byte as one character. */
  readonly head: readonly string[];
  readonly body: Buffer;
}

/** A server that understands as little as possible: what it gets is what was sent. */
export class RawTarget {
  readonly requests = new Inbox<RawRequest>();
  readonly url: string;
  /** The answer's status; null = none is given, until `answer` is called. */
  status: number | null = 200;
  readonly #server: Server;
  readonly #silent: Socket[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, scheme: 'http' | 'https') {
    this.#server = server;
    this.url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on(scheme === 'https' ? 'secureConnection' : 'connection', (socket) => this.#serve(socket));
  }

  /**
   * @param port any free one where it is 0
   * @param tls what it shows, where it is to speak TLS
   */
  static async start(port = 0, tls: { readonly cert: Buffer; readonly key: Buffer } | null = null): Promise<RawTarget> {
    const server = tls ? createTlsServer(tls) : createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const target = new RawTarget(server, tls ? 'https' : 'http');
    onTestFinished(() => target.stop());
    return target;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  next(): Promise<RawRequest> {
    return this.requests.next(undefined, 'a forwarded request');
  }

  /** The request lines of the next so many. */
  async lines(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push((await this.next()).head[0] ?? '');
    return lines;
  }

  /** Answers those that have waited for it, and all that come from now on. */
  answer(status: number): void {
    this.status = status;
    for (const socket of this.#silent.splice(0)) reply(socket, status);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    let received = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.toString('latin1', 0, end).split('\r\n');
      const length = Number(/^content-length: *(\d+)$/im.exec(head.join('\n'))?.[1] ?? 0);
      const body = received.subarray(end + 4);
      if (body.length < length) return;
      this.requests.push({ head, body });
      if (this.status === null) this.#silent.push(socket);
      else reply(socket, this.status);
    });
  }
}

function reply(socket: Socket, status: number): void {
  socket.end(`HTTP/1.1 ${status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
