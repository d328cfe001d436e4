import { signal } from '@preact/signals';
import { MemoryOutboxStore, type OutboxStore } from '@roomcast/client/chat';
import { browserMemory } from '../../shared/memory.ts';
import { DatabaseOutboxStore } from './outbox-db.ts';
import type { Address, Platform } from './platform.ts';
import { tabMemory } from './tab-memory.ts';
import { beatingTabs, lockedTabs, type Tabs } from './tabs.ts';

/** The browser that the page runs in. */
export function browser(): Platform {
  const visible = signal(document.visibilityState === 'visible');
  document.addEventListener('visibilitychange', () => {
    visible.value = document.visibilityState === 'visible';
  });
  return {
    url: undefined,
    clock,
    now: Date.now,
    memory: browserMemory,
    tabMemory: tabMemory(),
    address,
    outbox: outbox(),
    visible,
  };
}

const clock: Platform['clock'] = {
  now: () => performance.now(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};

const address: Address = {
  read: () => new URL(location.href).searchParams.get('room'),
  write(room, how) {
    const url = new URL(location.href);
    if (room === null) url.searchParams.delete('room');
    else url.searchParams.set('room', room);
    if (url.href === location.href) return;
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  },
  onChange: (listener) => addEventListener('popstate', listener),
};

function outbox(): OutboxStore {
  // Some browsers have none in private windows.
  return globalThis.indexedDB ? new DatabaseOutboxStore(indexedDB, tabs()) : new MemoryOutboxStore();
}

function tabs(): Tabs {
  const self = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');
  if (navigator.locks) return lockedTabs(navigator.locks, self);
  return beatingTabs({
    self,
    memory: browserMemory,
    keys: storedKeys,
    now: Date.now,
    every: (milliseconds, task) => setInterval(task, milliseconds),
    onEnd: (task) => addEventListener('pagehide', task),
  });
}

function storedKeys(): readonly string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}
