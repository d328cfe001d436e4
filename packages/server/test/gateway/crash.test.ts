import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { ForwardedEvent } from '../../src/gateway/event.ts';
import { temporaryFolder } from '../store/harness.ts';
import { Inbox } from '../support/inbox.ts';
import { TestBackend } from './backend.ts';
import { event } from './forwarding.ts';

const PROGRAM = fileURLToPath(new URL('./child.ts', import.meta.url));
const USERS = 10;
const ROUNDS = 4;

/** A forwarder in another process. */
class ChildForwarder {
  readonly accepted = new Inbox<string>();
  readonly #child;
  readonly #exited;

  private constructor(folder: string, url: string) {
    this.#child = spawn(process.execPath, [PROGRAM, folder, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#exited = once(this.#child, 'exit');
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.accepted.push(line));
  }

  static async start(folder: string, url: string): Promise<ChildForwarder> {
    const child = new ChildForwarder(folder, url);
    onTestFinished(() => child.kill());
    await child.accepted.next((line) => line === 'ready', 'the start');
    return child;
  }

  give(one: ForwardedEvent): void {
    this.#child.stdin.write(`${JSON.stringify(one)}\n`);
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

test('G3.5 G9.4 kill -9 loses nothing that was accepted; what is repeated has its first id and order is kept', async () => {
  const folder = temporaryFolder();
  const bodies = new Map<string, string>();
  const backend = await TestBackend.start(({ event: { id }, body, response }) => {
    bodies.set(id, bodies.get(id) ?? body);
    expect(body).toBe(bodies.get(id));
    setTimeout(() => response.end(), 1);
  });
  const accepted: string[] = [];
  const given: ForwardedEvent[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const child = await ChildForwarder.start(folder, backend.url);
    for (let i = 0; i < 400; i++) {
      const one = event(`u${i % USERS}`);
      given.push(one);
      child.give(one);
    }
    // In the middle: some are stored, some are on their way, some have arrived.
    for (let i = 0; i < 150 + round * 60; i++) accepted.push(await child.accepted.next());
    if (round === 1) await backend.close();
    await child.kill();
    accepted.push(...child.accepted.waiting);
    if (round === 2) await backend.open();
  }
  await ChildForwarder.start(folder, backend.url);
  await backend.until(() => accepted.every((id) => bodies.has(id)));
  for (let user = 0; user < USERS; user++) {
    const firsts = [...new Set(backend.ids(`u${user}`))];
    const order = given.map(({ id }) => id).filter((id) => firsts.includes(id));
    expect(firsts).toEqual(order);
  }
});
