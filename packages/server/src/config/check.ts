import type { Config, Origins } from './config.ts';
import type { OptionKey } from './options.ts';
import { showDuration, showSize } from './scalars.ts';
import { isSecureUrl } from './secure-url.ts';

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
    keys: ['webhookBodySize', 'webhookQuota'],
    holds: ({ webhookBodySize, webhookQuota }) => webhookQuota >= 4 * webhookBodySize,
    mistake: ({ webhookBodySize, webhookQuota }, name) =>
      `${name('webhookQuota')} is ${showSize(webhookQuota)}; it must be at least four times ${name('webhookBodySize')}, ` +
      `which is ${showSize(webhookBodySize)}, or one large request would be deleted as soon as it is there`,
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
  {
    keys: ['jwksUrl'],
    holds: ({ jwksUrl }) => jwksUrl === '' || isSecureUrl(jwksUrl),
    mistake: (_config, name) =>
      `${name('jwksUrl')} must begin with https:// and have no user name or password in it (http:// is for this machine ` +
      'alone): whoever can change the keys on their way can log in as anybody',
  },
];

/** What is no mistake, but hardly meant. */
const DOUBTS: readonly Omit<Rule, 'keys'>[] = [
  {
    holds: (config) => hasTokens(config) || (config.jwtAudience === '' && config.jwtIssuer === ''),
    mistake: ({ jwtAudience }, name) =>
      `${name(jwtAudience === '' ? 'jwtIssuer' : 'jwtAudience')} has no effect without jwtSecret, jwtPublicKey or jwksUrl`,
  },
  {
    holds: ({ jwksUrl, jwtAudience }) => jwksUrl === '' || jwtAudience !== '',
    mistake: (_config, name) =>
      `${name('jwksUrl')} is given without jwtAudience: tokens that its issuer made for other programs are accepted too`,
  },
];

/**
 * What is wrong between options. Rules that look at a key in `faulty` are left out: its value is a default that
 * nobody asked for.
 */
export function crossCheck(config: Config, origins: Origins, faulty: ReadonlySet<OptionKey>): readonly string[] {
  return RULES.filter((rule) => !rule.keys.some((key) => faulty.has(key)))
    .filter((rule) => !rule.holds(config))
    .map((rule) => rule.mistake(config, namesOf(origins)));
}

/** What deserves a word in a configuration without mistakes. */
export function crossWarnings(config: Config, origins: Origins): readonly string[] {
  return DOUBTS.filter((doubt) => !doubt.holds(config)).map((doubt) => doubt.mistake(config, namesOf(origins)));
}

function namesOf(origins: Origins): (key: OptionKey) => string {
  return (key) => (origins[key].source === 'default' ? `${key} (the default)` : origins[key].label);
}

function hasTokens({ jwtSecret, jwtPublicKey, jwksUrl }: Config): boolean {
  return jwtSecret !== '' || jwtPublicKey !== '' || jwksUrl !== '';
}
