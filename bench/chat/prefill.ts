import { pino } from 'pino';
import { openSqliteStore } from '../../packages/server/src/store/sqlite/sqlite-store.ts';
import { sentence } from './sentence.ts';

// `node bench/chat/prefill.ts DIR MESSAGES`: a database with one large room, written by the store itself. A process of its
// own, so that nothing of it is left in the one that measures.

const [directory = '', count = '0'] = process.argv.slice(2);
const total = Number(count);
const SENDERS = 50;
/** Messages that wait for their answer at a time. */
const WINDOW = 2000;

const store = await openSqliteStore({ directory, log: pino({ level: 'error' }) });
const createdAt = Date.now();
const senders = await Promise.all(
  Array.from({ length: SENDERS }, (_, i) =>
    store.users.create({ id: `writer${i}`, username: `writer${i}`, passwordHash: null, createdAt }),
  ),
);
const room = await store.rooms.create({ id: 'large', name: 'Large', epoch: 'large', createdBy: null, createdAt });

let sent = 0;
let stored = 0;
const { promise, resolve } = Promise.withResolvers<void>();
write();
await promise;
await store.close();

function write(): void {
  while (sent < total && sent - stored < WINDOW) append();
}

function append(): void {
  const clientMessageId = `${Math.random().toString(36).slice(2)}-${sent}`;
  const senderKey = senders[sent % SENDERS]?.key ?? 0;
  sent++;
  const draft = { roomKey: room.key, senderKey, clientMessageId, content: sentence(), clientTime: Date.now() };
  store.messages.append(draft, ({ status }) => {
    if (status !== 'stored') throw new Error(`A message is ${status}.`);
    stored++;
    if (stored === total) resolve();
    // Not at once, for the answers of one commit come together.
    else if (sent - stored === WINDOW / 2) setImmediate(write);
  });
}
