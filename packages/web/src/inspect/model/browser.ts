import { Roomcast } from '@roomcast/client';
import { announce } from '../../shared/announcer.tsx';
import { browserMemory } from '../../shared/memory.ts';
import type { Address, Platform } from './platform.ts';

/** The browser that the page runs in. */
export function browser(): Platform {
  return {
    origin: location.origin,
    fetch: (url, init) => fetch(url, init),
    connect: () => new Roomcast(),
    clock,
    now: Date.now,
    memory: browserMemory,
    address,
    say: announce,
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
  read: () => new URL(location.href).searchParams.get('request'),
  write(requestId, how) {
    const url = new URL(location.href);
    if (requestId === null) url.searchParams.delete('request');
    else url.searchParams.set('request', requestId);
    if (url.href === location.href) return;
    if (how === 'push') history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  },
  onChange: (listener) => addEventListener('popstate', listener),
};
