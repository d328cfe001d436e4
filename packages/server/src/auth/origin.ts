import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config/texts.ts';
import { isForwarded } from '../http/peer.ts';

/**
 * Which web pages may talk to this server. Browsers send cookies and reach loopback for any page, and WebSockets know
 * no same-origin policy, so each upgrade and each request that changes something is checked (cross-site WebSocket
 * hijacking, CSRF). Programs send no Origin and are not concerned.
 */
export class Origins {
  readonly #allowed: ReadonlySet<string>;
  readonly #any: boolean;
  readonly #onLoopback: boolean;

  /**
   * @param allowed exact origins, or `*`
   * @param host the address that the server listens on
   */
  constructor(allowed: readonly string[], host: string) {
    this.#allowed = new Set(allowed);
    this.#any = allowed.includes('*');
    this.#onLoopback = isLoopback(host);
  }

  allows(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined || this.#any || this.#allowed.has(origin)) return true;
    const page = URL.parse(origin);
    if (page === null) return false; // "null": a file, a sandbox, a redirect from elsewhere
    // While the server is the developer's own, so are the other pages of his machine.
    if (this.#onLoopback && !isForwarded(request) && isLoopbackName(page.hostname)) return true;
    return page.host === host && this.#isOwnName(request);
  }

  /**
   * As `allows`, for what pages can ask for without saying so: a read from their own origin carries no Origin. Then the
   * address that was asked counts as it.
   */
  allowsReading(request: IncomingMessage): boolean {
    const { origin, host = '' } = request.headers;
    if (origin !== undefined) return this.allows(request);
    const isListed = this.#allowed.has(`http://${host}`) || this.#allowed.has(`https://${host}`);
    return this.#any || isListed || host === '' || this.#isOwnName(request);
  }

  /**
   * Whether the Host header names this server. A server on loopback can be reached under any name that an attacker
   * points there (DNS rebinding); then "same origin" proves nothing. A proxy in front vouches for the name.
   */
  #isOwnName(request: IncomingMessage): boolean {
    return !this.#onLoopback || isForwarded(request) || isLocalHost(request);
  }
}

/** Whether the Host header is a name of the loopback interface. */
export function isLocalHost({ headers: { host } }: IncomingMessage): boolean {
  const url = URL.parse(`http://${host ?? ''}`);
  return url !== null && isLoopbackName(url.hostname);
}

function isLoopbackName(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name);
}
