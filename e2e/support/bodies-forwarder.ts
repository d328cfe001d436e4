import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../packages/server/bin/roomcast.cjs', import.meta.url));

/** `roomcast forward`, running. */
export interface Forwarder {
  /** Ends it as a person does, by Ctrl-C. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Starts it and waits until it listens. @throws Error where it ends before, with what it said */
export async function startForwarding(webhookUrl: string, to: string): Promise<Forwarder> {
  const child = spawn(process.execPath, [LAUNCHER, 'forward', webhookUrl, '--to', to, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(`${chunk}`));
  const stop = async () => {
    if (child.exitCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      await exited;
    }
    return child.exitCode;
  };
  const lines = createInterface(child.stdout);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    said.push(line);
    if (JSON.parse(line).type === 'listening') resolve();
  });
  child.once('exit', () => reject(new Error(`It does not forward:\n${said.join('\n')}`)));
  await promise;
  return { stop };
}
