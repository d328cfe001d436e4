import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/**
 * Addresses that hold the secrets of a cloud's machines (link-local ones, and the services that are elsewhere). No
 * backend lives there, and whoever could make the server send there could read what comes back in its errors.
 */
const METADATA = new BlockList();
METADATA.addSubnet('169.254.0.0', 16, 'ipv4');
METADATA.addAddress('100.100.100.200', 'ipv4');
METADATA.addSubnet('fe80::', 10, 'ipv6');
METADATA.addAddress('fd00:ec2::254', 'ipv6');

/** Whether an IP address, with or without brackets and zone, is one that nothing is ever sent to. */
export function isForbidden(address: string): boolean {
  const [bare = ''] = address.replace(/^\[|\]$/g, '').split('%');
  const family = isIP(bare);
  return family !== 0 && METADATA.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/** As `dns.lookup`, without the addresses that nothing is sent to. Asked at each connection, so that none slips in later. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = error ? [] : found.filter(({ address }) => !isForbidden(address));
    const [first] = addresses;
    if (error) callback(error, '');
    else if (!first) callback(refusal(hostname, found), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

function refusal(hostname: string, found: readonly LookupAddress[]): NodeJS.ErrnoException {
  const reason = found.length > 0 ? 'is a link-local or metadata address, where nothing is sent' : 'has no address';
  return Object.assign(new Error(`${hostname} ${reason}`), { code: 'EFORBIDDENADDRESS' });
}
