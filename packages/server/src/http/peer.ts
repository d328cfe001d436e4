import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Who sends a request, as far as its connection tells. */
export interface Peer {
  readonly address: string;
  /** Whether a proxy has passed it on: see `isForwarded`. */
  readonly isForwarded: boolean;
}

/** What of a request is believed about where it comes from. */
export class Peers {
  readonly #trusted = new BlockList();

  /** @param trustedProxies addresses and networks in CIDR form */
  constructor(trustedProxies: readonly string[]) {
    for (const proxy of trustedProxies) {
      const [address = '', prefix] = proxy.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(prefix), family);
    }
  }

  /**
   * The client's address: the peer's own, or, behind trusted proxies, the last address in `x-forwarded-for` that is
   * not one of theirs. Anything left of that could have been written by the client.
   */
  addressOf(request: IncomingMessage): string {
    let address = plain(request.socket.remoteAddress ?? '');
    const forwarded = header(request, 'x-forwarded-for');
    if (forwarded === null) return address;
    for (const hop of forwarded.split(',').reverse()) {
      if (!this.#trusts(address)) return address;
      const next = plain(withoutPort(hop.trim()));
      if (isIP(next) === 0) return address;
      address = next;
    }
    return address;
  }

  peerOf(request: IncomingMessage): Peer {
    return { address: this.addressOf(request), isForwarded: isForwarded(request) };
  }

  /** Whether the client speaks TLS, to this server or to a trusted proxy in front, which says so. */
  isSecure(request: IncomingMessage): boolean {
    if ('encrypted' in request.socket) return true;
    const proto = header(request, 'x-forwarded-proto');
    if (proto === null || !this.#trusts(plain(request.socket.remoteAddress ?? ''))) return false;
    const [first = ''] = proto.split(',');
    return first.trim().toLowerCase() === 'https';
  }

  #trusts(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#trusted.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/**
 * Whether a proxy has passed this request on: then "it came over loopback" says nothing about who sent it.
 * HTTP/1.0 counts as one: it is what nginx speaks to its backends where nobody has told it otherwise, and then it adds
 * no header that would give it away.
 */
export function isForwarded({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion === '1.0' || Object.keys(headers).some((name) => FORWARDED.test(name));
}

const FORWARDED = /^(forwarded|via|x-forwarded-.*|x-real-ip|(x-|cf-|true-|fastly-|fly-)?(client|connecting)-ip)$/;

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(',') : value) ?? null;
}

/** Some proxies name the port too: `192.0.2.1:5678`, `[2001:db8::1]:5678`. */
function withoutPort(hop: string): string {
  const [, inBrackets, bare] = WITH_PORT.exec(hop) ?? [];
  return inBrackets ?? bare ?? hop;
}

const WITH_PORT = /^(?:\[([0-9a-fA-F:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/;

/** IPv4 over an IPv6 socket is still that IPv4 address. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
