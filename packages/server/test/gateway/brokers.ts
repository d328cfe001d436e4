import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../store/harness.ts';

/** How long a broker may take to start, in milliseconds. */
const PATIENCE = 60_000;

/** Debian keeps servers where not everybody looks. */
const ENV = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };

/** A broker in a process of its own, which can be ended and started again on the same port with the same data. */
export class Broker {
  readonly port: number;
  readonly #start: () => ChildProcess;
  #child: ChildProcess | null = null;

  private constructor(port: number, start: () => ChildProcess) {
    this.port = port;
    this.#start = start;
  }

  static async redis(...settings: string[]): Promise<Broker> {
    const folder = temporaryFolder();
    const port = await freePort();
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...settings];
    return Broker.#running(port, () => spawn('redis-server', args, { env: ENV, stdio: 'ignore' }));
  }

  static async nats(...settings: string[]): Promise<Broker> {
    const folder = temporaryFolder();
    const port = await freePort();
    const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder, ...settings];
    return Broker.#running(port, () => spawn('nats-server', args, { env: ENV, stdio: 'ignore' }));
  }

  static async rabbitMq(): Promise<Broker> {
    const folder = temporaryFolder();
    const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()];
    writeFileSync(join(folder, 'plugins'), '[].');
    writeFileSync(join(folder, 'rabbitmq.conf'), `listeners.tcp.1 = 127.0.0.1:${port}\nlog.console = false\n`);
    const env = {
      ...ENV,
      HOME: folder, // for the Erlang cookie
      ERL_EPMD_PORT: String(mapper),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `roomcast${port}@localhost`,
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_BASE: folder,
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none -start_epmd false',
    };
    // Our own port mapper: one that Erlang starts would outlive the test.
    const epmd = spawn('epmd', ['-port', String(mapper), '-address', '127.0.0.1'], { stdio: 'ignore' });
    onTestFinished(() => void epmd.kill('SIGKILL'));
    // Debian's own /usr/sbin/rabbitmq-server changes the user.
    return Broker.#running(port, () =>
      spawn('/usr/lib/rabbitmq/bin/rabbitmq-server', { env, stdio: 'ignore', detached: true }),
    );
  }

  /** Starts, and waits until it answers. */
  async open(): Promise<void> {
    const child = this.#start();
    this.#child = child;
    const until = performance.now() + PATIENCE;
    while (!(await answers(this.port))) {
      if (child.exitCode !== null || performance.now() > until) throw new Error('The broker did not start');
      await setTimeout(20); // nothing tells from outside when it listens
    }
  }

  /** Ends it at once, and whatever it started. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
    await exited;
  }

  static async #running(port: number, start: () => ChildProcess): Promise<Broker> {
    const broker = new Broker(port, start);
    onTestFinished(() => broker.kill());
    await broker.open();
    return broker;
  }
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  const isThere = await promise;
  socket.destroy();
  return isThere;
}
