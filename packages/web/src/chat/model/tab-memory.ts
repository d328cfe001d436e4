import type { Memory } from '../../shared/memory.ts';

/** What this tab alone remembers, also over a reload; what the browser does not take, until then. */
export function tabMemory(): Memory {
  const refused = new Map<string, string>();
  return {
    get(key) {
      try {
        return refused.get(key) ?? sessionStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, text) {
      refused.delete(key);
      try {
        if (text === null) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, text);
      } catch {
        if (text !== null) refused.set(key, text);
      }
    },
  };
}
