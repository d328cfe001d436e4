import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { accountContract } from './contract-accounts.ts';
import { logContract } from './contract-logs.ts';
import { messageContract } from './contract-messages.ts';
import { outboxContract } from './contract-outbox.ts';
import { pruneContract } from './contract-prune.ts';
import { roomContract } from './contract-rooms.ts';
import { searchContract } from './contract-search.ts';
import { webhookContract } from './contract-webhooks.ts';
import { addRoom, addUser, draft, type HandClock } from './harness.ts';

/** One place where data is kept, which stores are opened on. */
export interface Place {
  /** Opens a store that is closed with the test at the latest. */
  open(settings?: {
    readonly clock?: HandClock;
    readonly maxQueued?: number;
    readonly maxQueuedBytes?: number;
  }): Promise<Store>;
}

/** What every store promises (see store.ts). */
export function storeContract(name: string, newPlace: () => Place): void {
  describe(`the contract of stores: ${name}`, () => {
    accountContract(newPlace);
    roomContract(newPlace);
    messageContract(newPlace);
    searchContract(newPlace);
    pruneContract(newPlace);
    logContract(newPlace);
    outboxContract(newPlace);
    webhookContract(newPlace);
    closingContract(newPlace);
  });
}

function closingContract(newPlace: () => Place): void {
  test('D17 closing writes what is queued and tells everybody first', async () => {
    const place = newPlace();
    const store = await place.open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    const results: string[] = [];
    for (let i = 0; i < 3000; i++) store.messages.append(draft(room, user), ({ status }) => results.push(status));
    await store.close();
    expect(results).toEqual(Array.from({ length: 3000 }, () => 'stored'));
    expect((await (await place.open()).rooms.load()).rooms).toMatchObject([{ id: room.id, top: 3000 }]);
  });

  test('a closed store refuses everything, and can be closed again', async () => {
    const store = await newPlace().open();
    const [room, user] = [await addRoom(store), await addUser(store)];
    await store.close();
    await store.close();
    expect(() => store.messages.append(draft(room, user), () => {})).toThrow(
      expect.objectContaining({ code: 'closed' }),
    );
    await expect(store.users.findByKey(1)).rejects.toMatchObject({ code: 'closed' });
    await expect(addUser(store)).rejects.toMatchObject({ code: 'closed' });
    await expect(store.messages.page({ roomKey: 1, limit: 1, bytes: 1 })).rejects.toMatchObject({ code: 'closed' });
  });

  test('DP-001 DP-002 DP-003 everything is there after the store was opened again', async () => {
    const place = newPlace();
    const before = await place.open();
    const [room, user] = [await addRoom(before), await addUser(before, 'Ann')];
    const session = { tokenHash: 'h', userKey: user.key, createdAt: 1, expiresAt: 2 };
    await before.sessions.create(session);
    await before.reads.mark(user.key, room.key, 7);
    await before.close();
    const after = await place.open();
    expect(await after.users.findByName('ann')).toEqual(user);
    expect(await after.sessions.find('h')).toEqual({ session, user });
    expect((await after.rooms.load()).rooms).toEqual([room]);
    expect(await after.reads.of(user.key)).toEqual(new Map([[room.key, 7]]));
  });
}
