import { expect, test } from 'vitest';
import { lineFormat, TestCore, turn } from '../../test/support/core.ts';

const NAME = { full: 'room:x', namespace: 'room', name: 'x' };

test('G3.2 who has missed more than may be sent at once is not promised it', async () => {
  const core = new TestCore({ maxBuffer: 10_000 });
  const { hub, positions, publisher, resumer } = core.engine;
  const say = (bytes: number, attachments: Buffer[] | null = null) =>
    publisher.post(hub, NAME, { event: 'x', data: Buffer.alloc(bytes, '1'), attachments, id: null });
  hub.open(NAME);
  const rooms = [{ name: NAME, since: { life: positions.life, memory: 0, stored: 0 } }];
  for (let i = 0; i < 9; i++) await say(1000);
  expect(await resumer.canResume(rooms)).toBe(true);
  await say(1, [Buffer.alloc(900)]);
  expect(await resumer.canResume(rooms)).toBe(false);
  const { connection, link } = core.connect({ ...lineFormat, name: 'ordered', ordered: true });
  expect(await resumer.resume(connection, rooms)).toBe(false);
  await turn();
  expect({ memberships: connection.memberships, lines: link.lines() }).toEqual({ memberships: [], lines: [] });
});

test('G5.3 who is taken out of a room while its log is read hears nothing of it afterwards', async () => {
  const core = new TestCore({});
  const { hub, positions, publisher, resumer } = core.engine;
  const say = () => publisher.post(hub, NAME, { event: 'x', data: Buffer.from('1'), attachments: null, id: null });
  await say(); // a room with a past outlives its members
  const { connection, link } = core.connect({ ...lineFormat, name: 'ordered', ordered: true });
  const resumed = resumer.resume(connection, [{ name: NAME, since: { life: positions.life, memory: 1, stored: 0 } }]);
  for (const membership of connection.memberships) hub.leave(membership);
  expect(await resumed).toBe(true);
  await say();
  await turn();
  expect(link.lines()).toEqual([]);
});
