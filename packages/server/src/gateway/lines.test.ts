import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WaitingEvent } from '../store/outbox-store.ts';
import type { Line } from './line.ts';
import { Lines, type PageWanted } from './lines.ts';

/** A store of events, as far as Lines look at it. */
class Rows {
  readonly rows: WaitingEvent[] = [];
  top = 0;

  add(userId: string): WaitingEvent {
    const seq = ++this.top;
    const row = { seq, id: `e${seq}`, userId, event: 'x', body: 'x'.repeat(10), createdAt: seq };
    this.rows.push(row);
    return row;
  }

  read({ line, after, upTo, limit }: PageWanted) {
    const isWanted = ({ seq, userId }: WaitingEvent) =>
      seq > after && (line === null || (userId === line.userId && seq <= upTo));
    const found = this.rows.filter(isWanted);
    return { events: found.slice(0, limit), hasMore: found.length > limit };
  }
}

type Step =
  | { kind: 'store' | 'unheard'; user: number }
  | { kind: 'read' | 'answer' | 'send' | 'deliver' | 'fail' | 'resume'; pick: number };

const bounds = fc.constantFrom({ events: 6, bytes: 1e9, perLine: 3 }, { events: 24, bytes: 1e9, perLine: 16 });
const pick = fc.nat(20);
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constantFrom('store' as const, 'unheard' as const), user: fc.nat(3) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constantFrom('read', 'answer', 'send', 'deliver', 'fail', 'resume'), pick }),
    },
  ),
  { maxLength: 300, size: 'max' },
) as fc.Arbitrary<Step[]>;

test('G3.5 whatever happens in whatever order, every event is sent, once, in order per user, in bounded memory', () => {
  fc.assert(
    fc.property(steps, fc.nat(5), bounds, (script, before, most) => {
      const store = new Rows();
      for (let i = 0; i < before; i++) store.add(`u${i % 4}`);
      const lines = new Lines(store.top, most);
      const unheard: WaitingEvent[] = [];
      const sent: string[] = [];
      let reading: { wanted: PageWanted; page: ReturnType<Rows['read']> } | null = null;
      const underway: Line[] = [];
      const held: Line[] = [];
      const take = (from: Line[], index: number) => from.splice(index % from.length, 1)[0];
      const hear = (event: WaitingEvent | undefined) => event && lines.stored(event, null);
      const send = () => {
        const line = lines.peek();
        if (!line) return false;
        lines.begin(line);
        underway.push(line);
        return true;
      };
      const deliver = (line: Line | undefined) => {
        if (!line) return;
        sent.push(`${line.userId} ${line.first?.seq}`);
        lines.finish(line);
      };
      const step = ({ kind, ...details }: Step) => {
        const index = 'pick' in details ? details.pick : 0;
        switch (kind) {
          case 'store':
            hear(store.add(`u${'user' in details ? details.user : 0}`));
            break;
          case 'unheard':
            unheard.push(store.add(`u${'user' in details ? details.user : 0}`));
            break;
          case 'read': {
            const wanted = reading ? null : lines.wanted();
            if (wanted) reading = { wanted, page: store.read(wanted) };
            break;
          }
          case 'answer':
            if (reading) lines.arrived(reading.wanted, reading.page);
            reading = null;
            break;
          case 'send':
            send();
            break;
          case 'deliver':
            if (underway.length > 0) deliver(take(underway, index));
            break;
          case 'fail': {
            const line = underway.length > 0 ? take(underway, index) : undefined;
            if (line) {
              lines.hold(line);
              held.push(line);
            }
            break;
          }
          case 'resume': {
            const line = held.length > 0 ? take(held, index) : undefined;
            if (line) lines.resume(line);
          }
        }
        // A page that was asked for while there was room, and one for each line that would have nothing otherwise.
        expect(lines.count).toBeLessThanOrEqual(most.events + most.perLine + 4);
      };
      for (const one of script) step(one);
      while (unheard.length > 0) hear(unheard.shift());
      for (let quiet = 0; quiet < 3; quiet++) {
        for (const kind of ['answer', 'read', 'answer', 'resume', 'send', 'deliver'] as const) {
          const length = sent.length;
          step({ kind, pick: 0 });
          if (sent.length > length) quiet = 0;
        }
      }
      const expected = store.rows.map(({ userId, seq }) => `${userId} ${seq}`);
      expect(sent.toSorted()).toEqual(expected.toSorted());
      for (const user of ['u0', 'u1', 'u2', 'u3']) {
        const ofUser = (all: string[]) => all.filter((one) => one.startsWith(user));
        expect(ofUser(sent)).toEqual(ofUser(expected));
      }
      expect([lines.count, lines.oldest]).toEqual([0, null]);
    }),
    { numRuns: 300 },
  );
});
