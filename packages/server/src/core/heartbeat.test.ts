import { expect, test } from 'vitest';
import { FakeLink, lineFormat } from '../../test/support/core.ts';
import { Connection } from './connection.ts';
import { Heartbeat } from './heartbeat.ts';

/** With these a tick is a second. */
const INTERVALS = { pingInterval: 25_000, pingTimeout: 60_000 };

function watchOne() {
  let dead = false;
  const heartbeat = new Heartbeat({
    ...INTERVALS,
    onDead() {
      dead = true;
    },
  });
  const link = new FakeLink();
  const connection = new Connection(link, lineFormat, '192.0.2.1', 1, 0);
  heartbeat.watch(connection);
  const seconds = (count: number): void => {
    for (let i = 0; i < count; i++) heartbeat.advance();
  };
  return { heartbeat, connection, link, seconds, isDead: () => dead };
}

test('D12 a silent connection is pinged every interval, and given up at the timeout', () => {
  const { link, seconds, isDead, heartbeat } = watchOne();
  seconds(24);
  expect(link.pings).toBe(0);
  seconds(1);
  expect(link.pings).toBe(1);
  seconds(25);
  expect({ pings: link.pings, dead: isDead() }).toEqual({ pings: 2, dead: false });
  seconds(9);
  expect(isDead()).toBe(false);
  seconds(1);
  expect({ dead: isDead(), watched: heartbeat.size }).toEqual({ dead: true, watched: 0 });
});

test('D12 one that answers is never given up', () => {
  const { heartbeat, connection, link, seconds, isDead } = watchOne();
  for (let minute = 0; minute < 60; minute++) {
    const { pings } = link;
    while (link.pings === pings) seconds(1);
    heartbeat.seen(connection);
  }
  expect(isDead()).toBe(false);
});

test('D12 one that speaks is not pinged', () => {
  const { heartbeat, connection, link, seconds } = watchOne();
  for (let i = 0; i < 100; i++) {
    seconds(10);
    heartbeat.seen(connection);
  }
  expect(link.pings).toBe(0);
  seconds(25);
  expect(link.pings).toBe(1);
});

test('D12 one that has gone is forgotten', () => {
  const { heartbeat, connection, link, seconds, isDead } = watchOne();
  heartbeat.forget(connection);
  heartbeat.forget(connection);
  seconds(1000);
  expect({ pings: link.pings, dead: isDead(), watched: heartbeat.size }).toEqual({ pings: 0, dead: false, watched: 0 });
});
