import type { Passwords } from '../auth/passwords.ts';
import { Chat } from '../chat/chat.ts';
import { namespaces } from '../core/policy.ts';
import { createGateway } from '../gateway/create-gateway.ts';
import { StoredLogs } from '../logs/stored-logs.ts';
import type { Store } from '../store/store.ts';
import { Live } from '../webhooks/live.ts';
import { Webhooks } from '../webhooks/webhooks.ts';
import type { Base } from './base.ts';
import { faultLog } from './connection-log.ts';

export type Faces = Awaited<ReturnType<typeof openFaces>>;

/**
 * Chat, the logs of programs' rooms, webhooks, and the users of a backend, with what the store has of them. They have to
 * be started with the engine, and stopped before the store is closed.
 * @throws StartFault, StoreError: rejects
 */
export async function openFaces(base: Base, store: Store, passwords: Passwords) {
  const { config: settings, clock, log, counters } = base;
  const chat = await Chat.open({ store, settings, clock, log });
  const policies = namespaces(settings.namespaces);
  const logs = await StoredLogs.load({ store: store.logs, namespaces: policies, clock, log });
  const { gateway, forwarder, stop: stopGateway } = await createGateway({ store, settings, clock, log });
  const webhooks = await Webhooks.open({
    ...{ store, logs, settings, clock, log, passwords },
    onLocked(webhook) {
      live.evict(webhook);
      return gateway.forgetRoom(webhook.room);
    },
    onRemoved: (room) => gateway.forgetRoom(room),
  });
  const live = new Live({ webhooks, counters, onFault: faultLog(log, 'reading a log failed') });
  return { chat, policies, logs, webhooks, live, gateway, forwarder, stopGateway };
}
