import { BlockList, isIP } from 'node:net';
import { type OptionType, quote, type Reading, wrong } from './reading.ts';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
const PRINTABLE = /^[\x21-\x2b\x2d-\x7e]+$/;
const SHORTEST_KEY = 16;
const SHORTEST_SECRET = 32;
const FORWARD_FORM =
  'an address that begins with https://, http://, redis://, rediss://, amqp://, amqps://, nats:// or kafka://';
const FORWARD_SCHEMES = ['https:', 'http:', 'redis:', 'rediss:', 'amqp:', 'amqps:', 'nats:', 'kafka:'];

/** An address or a name to listen on. */
export const hostType = text('an IP address or a host name, without port and brackets', 'address', (given) =>
  isIP(given) !== 0 || HOST_NAME.test(given) ? given : null,
);

/** A directory; loading makes relative ones absolute. */
export const directoryType = text('the path of a directory', 'directory', (given) =>
  given === '' || given.includes('\0') ? null : given,
);

/** A file that may be left out; loading makes relative paths absolute. */
export const fileType = text('the path of a file', 'file', (given) => (given.includes('\0') ? null : given));

/** Origins of web pages (RFC 6454), or `*` for any. */
export const originsType = list('origins such as https://example.org (or * for any)', 'origins', (entry) => {
  if (entry === '*' || originOf(entry) === entry) return null;
  const meant = originOf(entry);
  return `(${quote(entry)}) must be ${meant === null ? 'an origin such as https://example.org, or *' : quote(meant)}`;
});

/** Addresses and networks in CIDR notation. */
export const networksType = list('IP addresses or networks such as 10.0.0.0/8', 'addresses', (entry) =>
  isNetwork(entry) ? null : `(${quote(entry)}) must be an IP address or a network such as 10.0.0.0/8`,
);

/** Secrets: their faults never quote them. A key travels in a header, so white space and commas cannot be part of it. */
export const keysType: OptionType<readonly string[]> = {
  ...list(`keys of at least ${SHORTEST_KEY} characters each`, 'keys', (entry) => {
    if (entry.length < SHORTEST_KEY) return `has ${entry.length} characters; it must have at least ${SHORTEST_KEY}`;
    return PRINTABLE.test(entry) ? null : 'must be of printable ASCII characters without spaces and commas';
  }),
  show: (keys) => keys.map(() => '********').join(','),
};

/** A secret that signs. It may be left out; its faults never quote it. */
export const secretType: OptionType<string> = {
  ...text('a secret of at least 32 characters', 'secret', (given) =>
    given === '' || given.length >= SHORTEST_SECRET ? given : null,
  ),
  fromText: secret,
  fromJson: secret,
  show: (given) => (given === '' ? '' : '********'),
};

/** A name without white space, or nothing. */
export const wordType = text('a name without spaces', 'name', (given) => (/^\S{0,255}$/.test(given) ? given : null));

/** An address on the web, or nothing. */
export const urlType = text('an address such as https://example.org/keys', 'url', (given) =>
  given === '' || isUrl(given, ['https:', 'http:']) ? given : null,
);

/** Where events are forwarded to, or nothing. It may hold a password: its faults never quote it. */
export const forwardUrlType: OptionType<string> = {
  ...text(FORWARD_FORM, 'url', String),
  fromText: forwardUrl,
  fromJson: forwardUrl,
  show: (given) => given.replace(/\/\/[^@/]*@/, '//********@'),
};

/** A public key as PEM, or the path of a file with one; loading reads it. */
const pemType = text('the path of a PEM file, or its text', 'file', (given) => (given.includes('\0') ? null : given));

/** A private key is refused without being repeated: what is taken is shown where the configuration is. */
export const publicKeyType: OptionType<string> = {
  ...pemType,
  fromText: (given) => (isPrivateKey(given) ? PRIVATE_KEY : pemType.fromText(given)),
  fromJson: (given) => (isPrivateKey(given) ? PRIVATE_KEY : pemType.fromJson(given)),
};

const PRIVATE_KEY = { faults: ['holds a private key: give the public one'] };

function isPrivateKey(given: unknown): boolean {
  return typeof given === 'string' && given.includes('PRIVATE KEY-----');
}

/** Whether only this machine can reach a server that listens on `host`. Other names than `localhost` count as open. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  const family = isIP(host);
  if (family === 0) return false;
  return LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function text(form: string, placeholder: string, accept: (given: string) => string | null): OptionType<string> {
  const read = (given: unknown): Reading<string> => {
    const value = typeof given === 'string' ? accept(given) : null;
    return value === null ? wrong(given, form) : { value };
  };
  return { form, placeholder, repeatable: false, fromText: read, fromJson: read, show: String };
}

/** A list: comma-separated as text, an array (or such text) in JSON. `fault` says what is wrong with one entry. */
function list(
  what: string,
  placeholder: string,
  fault: (entry: string) => string | null,
): OptionType<readonly string[]> {
  const check = (entries: readonly unknown[]): Reading<readonly string[]> => {
    const value = entries.filter((entry) => typeof entry === 'string');
    const faults = entries.flatMap((entry, index) => {
      const message = typeof entry === 'string' ? fault(entry) : 'must be text';
      return message === null ? [] : [`entry ${index + 1} ${message}`];
    });
    return faults.length > 0 ? { faults } : { value };
  };
  const fromText = (given: string): Reading<readonly string[]> =>
    check(
      given
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    );
  return {
    form: `a comma-separated list of ${what}`,
    placeholder,
    repeatable: true,
    fromText,
    fromJson(value) {
      if (typeof value === 'string') return fromText(value);
      return Array.isArray(value) ? check(value) : wrong(value, `a list of ${what}`);
    },
    show: (entries) => entries.join(','),
  };
}

function originOf(entry: string): string | null {
  const url = URL.parse(entry);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.origin : null;
}

function isNetwork(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

function secret(given: unknown): Reading<string> {
  if (given === '' || (typeof given === 'string' && given.length >= SHORTEST_SECRET)) return { value: given };
  return { faults: [`must be text of at least ${SHORTEST_SECRET} characters`] };
}

function forwardUrl(given: unknown): Reading<string> {
  if (given === '' || (typeof given === 'string' && isUrl(given, FORWARD_SCHEMES))) return { value: given };
  return { faults: [`must be ${FORWARD_FORM}`] };
}

function isUrl(given: string, schemes: readonly string[]): boolean {
  const url = URL.parse(given);
  return url !== null && schemes.includes(url.protocol) && url.hostname !== '';
}
