import type { ConnectionLimits } from '../config/limits.ts';

/** Counts connections, in all and per address, against their limits. Addresses without connections cost nothing. */
export class Admission {
  readonly #limits: ConnectionLimits;
  readonly #perAddress = new Map<string, { count: number; readonly limit: number }>();
  #total = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  get addresses(): number {
    return this.#perAddress.size;
  }

  /** Whether there is a place for one more from there. */
  hasRoom(address: string): boolean {
    const here = this.#perAddress.get(groupOf(address));
    return this.#total < this.#limits.total && (!here || here.count < here.limit);
  }

  /** Takes a place, or says what is full. */
  admit(address: string): 'admitted' | 'full' | 'address_full' {
    if (this.#total >= this.#limits.total) return 'full';
    const key = groupOf(address);
    const here = this.#perAddress.get(key) ?? { count: 0, limit: this.#limits.perAddress(address) };
    if (here.count >= here.limit) return 'address_full';
    if (here.count++ === 0) this.#perAddress.set(key, here);
    this.#total++;
    return 'admitted';
  }

  /** Gives a place back. */
  release(address: string): void {
    const key = groupOf(address);
    const here = this.#perAddress.get(key);
    if (here && --here.count === 0) this.#perAddress.delete(key);
    this.#total--;
  }
}

/** One IPv6 customer has a /64 at least, so that is what counts as one address. */
export function groupOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const missing = 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
    for (let i = 0; i < missing; i++) groups.push('0');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}
