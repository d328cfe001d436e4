import type { Config, Origins } from './config.ts';
import type { OptionKey } from './options.ts';
import { showDuration, showSize } from './scalars.ts';
import { isLoopback } from './texts.ts';

/** A rule across options. */
interface Rule {
  /** The options that it looks at. */
  readonly keys: readonly OptionKey[];
  readonly holds: (config: Config) => boolean;
  /** The sentence where it does not hold. `name` gives a key as the user wrote it. */
  readonly mistake: (config: Config, name: (key: OptionKey) => string) => string;
}

/** Messages per second and changes of the room per minute of a user with the preset `open`. */
const OPEN_MESSAGES = 10;
const OPEN_SWITCHES = 5;

const RULES: readonly Rule[] = [
  {
    keys: ['host', 'apiKeys', 'open'],
    holds: ({ host, apiKeys, open }) => isLoopback(host) || apiKeys.length > 0 || open,
    mistake: ({ host }, name) =>
      `${name('host')} is ${host}, which others can reach, but there are no API keys: set ROOMCAST_API_KEYS, ` +
      'or say --open if anybody may emit and read rooms and metrics',
  },
  {
    keys: ['tlsCert', 'tlsKey'],
    holds: ({ tlsCert, tlsKey }) => (tlsCert === '') === (tlsKey === ''),
    mistake: ({ tlsCert }, name) =>
      tlsCert === ''
        ? `${name('tlsKey')} is given without a certificate: give tlsCert as well, or neither`
        : `${name('tlsCert')} is given without its private key: give tlsKey as well, or neither`,
  },
  {
    keys: ['pingInterval', 'pingTimeout'],
    holds: ({ pingInterval, pingTimeout }) => pingTimeout > pingInterval,
    mistake: ({ pingInterval, pingTimeout }, name) =>
      `${name('pingTimeout')} is ${showDuration(pingTimeout)}; it must exceed ${name('pingInterval')}, ` +
      `which is ${showDuration(pingInterval)}`,
  },
  {
    keys: ['maxFrameSize', 'maxBuffer'],
    holds: ({ maxFrameSize, maxBuffer }) => maxBuffer > maxFrameSize,
    mistake: ({ maxFrameSize, maxBuffer }, name) =>
      `${name('maxBuffer')} is ${showSize(maxBuffer)}; it must exceed ${name('maxFrameSize')}, ` +
      `which is ${showSize(maxFrameSize)}, or one large message would make a connection count as slow`,
  },
  {
    keys: ['maxFrameSize', 'logBudget'],
    holds: ({ maxFrameSize, logBudget }) => logBudget >= maxFrameSize,
    mistake: ({ maxFrameSize, logBudget }, name) =>
      `${name('logBudget')} is ${showSize(logBudget)}; it must be at least ${name('maxFrameSize')}, ` +
      `which is ${showSize(maxFrameSize)}`,
  },
  {
    keys: ['preset', 'chatMessageRate', 'roomSwitchRate'],
    holds: ({ preset, chatMessageRate, roomSwitchRate }) =>
      preset === 'accounts' || (chatMessageRate === OPEN_MESSAGES && roomSwitchRate === OPEN_SWITCHES),
    mistake: (_config, name) =>
      `${name('preset')} is open, which fixes ${name('chatMessageRate')} at ${OPEN_MESSAGES} and ` +
      `${name('roomSwitchRate')} at ${OPEN_SWITCHES}; leave them out, or use the preset accounts`,
  },
];

/**
 * What is wrong between options. Rules that look at a key in `faulty` are left out: its value is a default that
 * nobody asked for.
 */
export function crossCheck(config: Config, origins: Origins, faulty: ReadonlySet<OptionKey>): readonly string[] {
  const name = (key: OptionKey) => (origins[key].source === 'default' ? `${key} (the default)` : origins[key].label);
  return RULES.filter((rule) => !rule.keys.some((key) => faulty.has(key)))
    .filter((rule) => !rule.holds(config))
    .map((rule) => rule.mistake(config, name));
}
