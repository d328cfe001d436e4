/** Texts that survive a reload. Never throws: without storage it forgets. */
export interface Memory {
  get(key: string): string | null;
  /** Null removes it. */
  set(key: string, text: string | null): void;
}

/** The browser's storage; where it is switched off or full, nothing is remembered. */
export const browserMemory: Memory = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, text) {
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // Nothing can be done, and nothing is broken by it.
    }
  },
};
