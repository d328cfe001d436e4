import type { CapturedRequest } from '@roomcast/protocol';

/** What belongs to one connection and not to the request: RFC 9110 §7.6.1, and what older proxies send. */
const OF_ONE_CONNECTION = [
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['proxy-authenticate', 'proxy-authorization'],
];

/** Names, in lower case, of the headers of a request that go no further than its connection: the known ones, and those that `Connection` names. */
export function hopByHop(rawHeaders: CapturedRequest['rawHeaders']): Set<string> {
  const names = new Set(OF_ONE_CONNECTION);
  for (const [name, value] of rawHeaders) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const option of value.split(',')) names.add(option.trim().toLowerCase());
  }
  return names;
}
