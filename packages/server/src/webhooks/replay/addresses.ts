import { BlockList, isIP } from 'node:net';

/** IPv4 networks that are not the public internet (IANA's registry of special-purpose addresses), by why. */
const SPECIAL_V4 = networks('ipv4', [
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private (RFC 1918)
  '100.64.0.0/10', // carrier-grade NAT (RFC 6598); holds a cloud's metadata, too
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // metadata of a cloud, at a public address
  '169.254.0.0/16', // link-local (RFC 3927), and there the metadata of most clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation (RFC 5737)
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks (RFC 2544)
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
]);

/** The only IPv6 addresses that are given out for the internet (RFC 4291 §2.4). */
const GLOBAL_V6 = networks('ipv6', ['2000::/3']);

/** What of these is no place of its own: IPv4 in other clothes, documentation, protocols. */
const SPECIAL_V6 = networks('ipv6', [
  '2001::/23', // protocol assignments: Teredo, ORCHID, benchmarks
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation (RFC 9637)
]);

/** Addresses that hold the secrets of a cloud's machines. Nothing that a webhook is meant for lives there. */
const METADATA_V4 = networks('ipv4', ['169.254.0.0/16', '100.100.100.200/32', '168.63.129.16/32']);
const METADATA_V6 = networks('ipv6', ['fe80::/10', 'fd00:ec2::254/128']);

/** IPv6 addresses that stand for an IPv4 address: mapped, compatible, and translated (RFC 6052, RFC 8215). */
const IPV4_WITHIN = networks('ipv6', ['::ffff:0:0/96', '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '::ffff:0:0:0/96']);

/** Whether an IP address belongs to the public internet, as far as it can be told from the address. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !SPECIAL_V4.check(address, 'ipv4');
  if (family !== 6) return false;
  const bare = withoutZone(address);
  // What stands for an IPv4 address is outside of 2000::/3.
  return GLOBAL_V6.check(bare, 'ipv6') && !SPECIAL_V6.check(bare, 'ipv6');
}

/** Whether it is one that nothing is sent to, whatever the operator allows: a cloud's metadata. */
export function isMetadata(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return METADATA_V4.check(address, 'ipv4');
  if (family !== 6) return false;
  const bare = withoutZone(address);
  if (!IPV4_WITHIN.check(bare, 'ipv6')) return METADATA_V6.check(bare, 'ipv6');
  return METADATA_V4.check(lastFour(bare), 'ipv4');
}

/** `fe80::1%eth0` → `fe80::1` */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, '');
}

/** The IPv4 address in the last 32 bits. */
function lastFour(address: string): string {
  // The parser of URLs writes addresses in one form, all of it in hexadecimal.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':');
  const [high = 0, low = 0] = groups.slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function networks(family: 'ipv4' | 'ipv6', listed: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of listed) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
