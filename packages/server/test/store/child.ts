import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { StoreError } from '../../src/store/store.ts';

/**
 * A process with a store of its own, for what only a process can show. Started with a folder; each line of standard
 * input is a number of messages to append. It writes a line of JSON for whatever happens.
 */
const [, , directory = ''] = process.argv;
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const store = await openSqliteStore({
    directory,
    log: pino({ level: 'silent' }),
    probeInterval: 20,
  });
  store.onAvailability((available, reason) => tell({ available, reason }));
  const user = await store.users.create({ id: 'u', username: 'user', passwordHash: null, createdAt: 1 });
  const { rooms } = await store.rooms.load();
  const fresh = { id: 'r', name: 'R', epoch: 'e', createdBy: null, createdAt: 1 };
  const room = rooms[0] ?? (await store.rooms.create(fresh));
  let last = room.top;
  createInterface({ input: process.stdin }).on('line', (line) => {
    for (let left = Number(line); left > 0; left--) {
      const clientMessageId = `c${++last}`;
      const message = { roomKey: room.key, senderKey: user.key, clientMessageId, content: 'x'.repeat(100) };
      try {
        store.messages.append({ ...message, clientTime: null }, (result) => tell({ clientMessageId, ...result }));
      } catch (error) {
        tell({ clientMessageId, refused: (error as StoreError).code });
      }
    }
  });
  tell({ open: true });
} catch (error) {
  tell({ open: false, code: (error as StoreError).code, message: (error as StoreError).message });
  process.exitCode = 1;
}
