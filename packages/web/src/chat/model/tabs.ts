import type { Memory } from '../../shared/memory.ts';

/** The tabs of this browser that are alive, this one among them. */
export interface Tabs {
  /** This tab's id; another after each load of the page. */
  readonly self: string;
  /** Resolves once others can see that this tab is alive. Nothing must be owned before. */
  readonly ready: Promise<void>;
  /** Ids of those that are alive. Whoever was `ready` before the call and is not among them is gone for good. */
  alive(): Promise<ReadonlySet<string>>;
}

const PREFIX = 'roomcast-tab ';

/** A lock that the browser takes back when the tab ends, however it ends. */
export function lockedTabs(locks: LockManager, self: string): Tabs {
  const ready = new Promise<void>((resolve) => {
    const forEver = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    // Rejected as the tab ends; there is nobody to hear it.
    locks.request(PREFIX + self, forEver).catch(resolve);
  });
  return {
    self,
    ready,
    async alive() {
      const { held = [] } = await locks.query();
      return new Set([self, ...held.flatMap(({ name }) => idOf(name ?? ''))]);
    },
  };
}

/** Milliseconds between two signs of life. */
const BEAT = 3000;
/** Milliseconds without one after which a tab is gone; browsers let hidden tabs run once a minute. */
const SILENCE = 90_000;

export interface BeatingTabsOptions {
  readonly self: string;
  readonly memory: Memory;
  /** All keys of the memory. */
  readonly keys: () => readonly string[];
  readonly now: () => number;
  readonly every: (milliseconds: number, task: () => void) => void;
  /** The page goes away in an orderly manner. */
  readonly onEnd: (task: () => void) => void;
}

/** For pages without locks (browsers have them over TLS only): each tab writes down now and then that it is alive. */
export function beatingTabs({ self, memory, keys, now, every, onEnd }: BeatingTabsOptions): Tabs {
  const beat = () => memory.set(PREFIX + self, `${now()}`);
  beat();
  every(BEAT, beat);
  onEnd(() => memory.set(PREFIX + self, null));
  const isAlive = (key: string) => now() - Number(memory.get(key)) < SILENCE;
  return {
    self,
    ready: Promise.resolve(),
    async alive() {
      const tabs = keys().filter((key) => key.startsWith(PREFIX));
      for (const key of tabs) if (!isAlive(key)) memory.set(key, null);
      return new Set([self, ...tabs.filter(isAlive).flatMap(idOf)]);
    },
  };
}

function idOf(name: string): string[] {
  return name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [];
}
