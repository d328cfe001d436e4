import { parseArgs } from 'node:util';
import { didYouMean } from '../../config/suggest.ts';
import { StartFault } from '../../util/start-fault.ts';
import { parseServer, parseTarget, parseWebhookAddress, type WebhookAddress } from './addresses.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { parseSince, type Since } from './since.ts';

/** One webhook and where its requests go. */
export interface Route extends Credentials {
  readonly webhook: WebhookAddress;
  readonly target: URL;
}

/** A webhook that is to be created, and where its requests go. */
export interface NewRoute {
  readonly server: string;
  readonly target: URL;
  /** An API key, for servers on which not everybody may create webhooks. */
  readonly key: string | null;
}

/** What `roomcast forward …` is asked to do. */
export interface ForwardCommand {
  readonly routes: readonly Route[];
  readonly newRoute: NewRoute | null;
  readonly since: Since | null;
  /** Ids of requests that are forwarded instead of listening; empty = listen. */
  readonly replay: readonly string[];
  readonly json: boolean;
  readonly delivery: DeliveryOptions;
}

/** How requests are handed to their target. */
export interface DeliveryOptions {
  /** How often a request is sent again that was not answered, or with 500 or above. */
  readonly retries: number;
  /** Requests of one webhook that are on their way at a time. */
  readonly concurrency: number;
  /** What becomes of requests whose body was not kept whole. */
  readonly truncated: 'skip' | 'send';
  readonly keepHost: boolean;
  /** Whether requests whose path could lead out of that of the target are sent, too. */
  readonly anyPath: boolean;
  /** Whether a target may have a certificate that nobody vouches for. */
  readonly insecure: boolean;
  /** Milliseconds within which a target has to have answered, to the end. */
  readonly timeout: number;
}

const USAGE = `roomcast forward WEBHOOK-URL… --to http://localhost:3000[/path]
  roomcast forward WEBHOOK-URL=http://localhost:3000 WEBHOOK-URL=http://localhost:4000 …
  roomcast forward --new http://localhost:8080 --to http://localhost:3000`;

const FLAGS = {
  to: { type: 'string' },
  new: { type: 'string' },
  since: { type: 'string' },
  replay: { type: 'string', multiple: true },
  retry: { type: 'string' },
  concurrency: { type: 'string' },
  timeout: { type: 'string' },
  truncated: { type: 'string' },
  'keep-host': { type: 'boolean' },
  'any-path': { type: 'boolean' },
  insecure: { type: 'boolean' },
  'secret-file': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/**
 * @param env holds the secrets, see `readCredentials`
 * @throws StartFault with a sentence for the user
 */
export function parseForwardCommand(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  now: () => number = Date.now,
): ForwardCommand {
  const { values, positionals } = read(argv);
  if (positionals.length === 0 && values.new === undefined)
    throw new StartFault(`Which webhook is to be forwarded? Use one of\n  ${USAGE}`);
  const credentialsOf = readCredentials(env, values['secret-file'] ?? null);
  const common = values.to === undefined ? null : parseTarget(values.to);
  const routes = positionals.map((text) => {
    const { webhook, target } = routeOf(text, common);
    return { webhook, target, ...credentialsOf(webhook.id) };
  });
  const { since, replay = [] } = values;
  if (values.new !== undefined && replay.length > 0) throw new StartFault('--new and --replay exclude each other.');
  if (since !== undefined && replay.length > 0) throw new StartFault('--since and --replay exclude each other.');
  return {
    routes,
    newRoute: values.new === undefined ? null : newRouteOf(values.new, common, env),
    since: since === undefined ? null : parseSince(since, now()),
    replay,
    json: values.json ?? false,
    delivery: {
      retries: whole('--retry', values.retry, 0, 0, 100),
      concurrency: whole('--concurrency', values.concurrency, 1, 1, 100),
      truncated: truncatedOf(values.truncated),
      keepHost: values['keep-host'] ?? false,
      anyPath: values['any-path'] ?? false,
      insecure: values.insecure ?? false,
      timeout: 1000 * whole('--timeout', values.timeout, 30, 1, 3600),
    },
  };
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: withIdsJoined(argv), options: FLAGS, allowPositionals: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    const flag = /'(?:-\w, )?(-[^\s']*)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '';
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
      const meant = didYouMean(
        flag,
        Object.keys(FLAGS).map((name) => `--${name}`),
      );
      throw new StartFault(`${flag} is no option here${meant}. Use one of\n  ${USAGE}`);
    }
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
      const name = flag.slice(2);
      const takesNone = name in FLAGS && FLAGS[name as keyof typeof FLAGS].type === 'boolean';
      throw new StartFault(takesNone ? `${flag} takes no value.` : `${flag} needs a value.`);
    }
    throw error;
  }
}

/** One id in 64 begins with "-": such a value is taken for an option where it is not joined to its own by "=". */
function withIdsJoined(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const [flag = '', value = ''] = argv.slice(at, at + 2);
    const takesId = flag === '--replay' || flag === '--since';
    if (takesId && value.startsWith('-') && !isFlag(value)) {
      joined.push(`${flag}=${value}`);
      at++;
    } else joined.push(flag);
  }
  return joined;
}

function isFlag(text: string): boolean {
  const [name = ''] = text.slice(2).split('=', 1);
  return text.startsWith('--') && Object.hasOwn(FLAGS, name);
}

/** `WEBHOOK-URL`, or `WEBHOOK-URL=TARGET`. */
function routeOf(text: string, common: URL | null): { webhook: WebhookAddress; target: URL } {
  // The page of a webhook may have a query of its own.
  const [, address = text, own = null] = /^([^=?#]+)=(.*)$/.exec(text) ?? [];
  const webhook = parseWebhookAddress(address);
  const target = own === null ? common : parseTarget(own);
  if (target === null) {
    throw new StartFault(`Where are the requests of "${webhook.id}" to go? Say it with --to http://localhost:3000.`);
  }
  if (isSame(target, webhook)) throw new StartFault(`"${webhook.id}" would forward to itself, without end.`);
  return { webhook, target };
}

function newRouteOf(text: string, target: URL | null, env: NodeJS.ProcessEnv): NewRoute {
  const server = parseServer(text);
  if (target === null) throw new StartFault('Where are its requests to go? Say it with --to http://localhost:3000.');
  return { server, target, key: env['ROOMCAST_API_KEY'] ?? null };
}

/** Whether a target is the webhook itself, under the same name of the host at least. */
function isSame(target: URL, { id, server }: WebhookAddress): boolean {
  const own = `${server}/hooks/${id}`.toLowerCase();
  const other = `${target.origin}${target.pathname}`.toLowerCase();
  return other === own || other.startsWith(`${own}/`);
}

function truncatedOf(given: string = 'skip'): 'skip' | 'send' {
  if (given !== 'skip' && given !== 'send') throw new StartFault('--truncated must be skip or send.');
  return given;
}

function whole(flag: string, given: string | undefined, otherwise: number, min: number, max: number): number {
  if (given === undefined) return otherwise;
  const value = /^\d{1,6}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new StartFault(`${flag} must be a whole number from ${min} to ${max}.`);
}
