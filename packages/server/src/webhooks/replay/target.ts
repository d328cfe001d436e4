import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { CommandError } from '../../core/errors.ts';
import { isMetadata, isPublic } from './addresses.ts';

/** Where requests may be sent on to; see the option `webhookReplay`. */
export type ReplayMode = 'off' | 'public' | 'any';

/** All addresses of a name, as the system finds them. Rejects where there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** An address that was checked. What is sent goes to these, and the name is not asked for again. */
export interface Target {
  readonly url: URL;
  readonly addresses: readonly string[];
}

const FIELD = { field: 'body.url' };

export const systemResolve: Resolve = async (hostname) => {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
};

/**
 * Finds out where a URL leads, and whether that may be: whoever can have this server send requests must not reach with
 * them what only this server can reach (server-side request forgery).
 * @throws CommandError VALIDATION_ERROR where it is no such URL, FORBIDDEN with the reason, NOT_FOUND for unknown hosts
 */
export async function findTarget(text: string, mode: ReplayMode, resolve: Resolve): Promise<Target> {
  if (mode === 'off') {
    throw new CommandError('FORBIDDEN', 'This server sends nothing on; the option --webhook-replay decides about it.');
  }
  const url = requireUrl(text);
  const host = url.hostname.replace(/^\[|[\].]$/g, ''); // a dot at its end says that a name is whole
  const addresses = isIP(host) === 0 ? await resolved(host, resolve) : [host];
  for (const address of addresses) requireAllowed(host, address, mode);
  return { url, addresses };
}

function requireUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new CommandError('VALIDATION_ERROR', 'body.url must be the whole of an http or https address.', FIELD);
  }
  if (url.username !== '' || url.password !== '') {
    throw new CommandError('VALIDATION_ERROR', 'body.url must not have a name or password in it.', FIELD);
  }
  return url;
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  const addresses = await resolve(host).catch(() => []);
  if (addresses.length > 0) return addresses;
  throw new CommandError('TARGET_UNREACHABLE', `body.url: no address is known for ${host}.`, FIELD);
}

/** One address that must not be is enough: which of them is taken, whoever owns the name could decide. */
function requireAllowed(host: string, address: string, mode: ReplayMode): void {
  const where = host === address ? address : `${host} (${address})`;
  if (isMetadata(address)) {
    throw new CommandError('FORBIDDEN', `${where} is a link-local or metadata address, where nothing is sent.`);
  }
  if (mode === 'any' || (isPublic(address) && !isOwn(address))) return;
  const rule = 'the option --webhook-replay allows public ones only (public), and could allow all (any)';
  throw new CommandError('FORBIDDEN', `${where} is not an address of the public internet: ${rule}.`);
}

/** At its own public address a machine finds services that a firewall hides from everybody else. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address));
}
