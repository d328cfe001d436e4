import { StartFault } from '../util/start-fault.ts';

/** What `roomcast outbox …` is asked to do. */
export interface OutboxCommand {
  readonly action: 'list' | 'redrive' | 'purge';
  /** Null = all. */
  readonly ids: readonly string[] | null;
  readonly url: string;
  /** An API key with the scope admin, or null. */
  readonly key: string | null;
}

const USAGE = [
  'roomcast outbox list',
  'roomcast outbox redrive ID… | --all',
  'roomcast outbox purge ID… | --all',
  'What follows -- are ids, also where they begin with --.',
].join('\n  ');
const DEFAULT_URL = 'http://127.0.0.1:8080';
const PATIENCE = 30_000;
const PAGE = 500;

interface DeadLetter {
  readonly id: string;
  readonly userId: string;
  readonly event: string;
  readonly deadAt: string;
  readonly reason: string;
}

interface Outbox {
  readonly sink: string | null;
  readonly breaker: string;
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly oldestAge: number;
  readonly dead: number;
  readonly deadLetters: readonly DeadLetter[];
  readonly cursor: string | null;
}

/**
 * @param env `ROOMCAST_API_KEY` is the key where `--key` is not given: other users of the machine can see flags
 * @throws StartFault with a sentence for the user
 */
export function parseOutboxCommand(argv: readonly string[], env: NodeJS.ProcessEnv): OutboxCommand {
  const [action, ...rest] = argv;
  if (action !== 'list' && action !== 'redrive' && action !== 'purge') throw new StartFault(`Use one of\n  ${USAGE}`);
  const ids: string[] = [];
  let [url, key, isAll] = [DEFAULT_URL, env['ROOMCAST_API_KEY'] ?? null, false];
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === '--') {
      // Clients choose ids, and may choose some that look like options.
      ids.push(...rest.slice(at + 1));
      break;
    }
    const [flag = '', joined] = split(rest[at] ?? '');
    const value = (): string => {
      const given = joined ?? rest[++at];
      if (given === undefined) throw new StartFault(`${flag} needs a value`);
      return given;
    };
    if (flag === '--url') url = value();
    else if (flag === '--key') key = value();
    else if (flag === '--all') isAll = true;
    else if (flag.startsWith('--')) throw new StartFault(`${flag} is no option here. Use one of\n  ${USAGE}`);
    else ids.push(rest[at] ?? '');
  }
  if (!URL.canParse(url)) throw new StartFault('--url must be an address such as http://127.0.0.1:8080');
  if (action === 'list') return { action, ids: null, url, key };
  if (isAll === ids.length > 0) throw new StartFault(`Which dead letters? Name their ids, or say --all.`);
  return { action, ids: isAll ? null : ids, url, key };
}

/** Asks the running server. Returns what is to be printed. @throws StartFault with a sentence for the user */
export async function runOutboxCommand(command: OutboxCommand): Promise<string> {
  if (command.action === 'list') return list(command);
  const body = JSON.stringify(command.ids ? { ids: command.ids } : { all: true });
  const { count } = await ask<{ count: number }>(command, `/api/outbox/${command.action}`, body);
  const verb = command.action === 'redrive' ? 'are sent again' : 'were deleted';
  return `${count} dead letters ${verb}.\n`;
}

async function list(command: OutboxCommand): Promise<string> {
  let page = await ask<Outbox>(command, `/api/outbox?limit=${PAGE}`);
  let text = summary(page);
  for (;;) {
    for (const letter of page.deadLetters) text += lineOf(letter);
    if (page.cursor === null) return text;
    page = await ask<Outbox>(command, `/api/outbox?limit=${PAGE}&cursor=${page.cursor}`);
  }
}

function summary({ sink, breaker, waiting, waitingBytes, oldestAge, dead }: Outbox): string {
  const reach = breaker === 'closed' ? 'reachable' : 'away';
  const age = waiting > 0 ? `, the oldest for ${Math.round(oldestAge)} s` : '';
  return (
    `Backend: ${sink === null ? 'none is configured' : `${sink}, ${reach}`}\n` +
    `Waiting: ${waiting} events, ${waitingBytes} bytes${age}\nDead letters: ${dead}\n`
  );
}

function lineOf({ id, userId, event, deadAt, reason }: DeadLetter): string {
  return `${[id, deadAt, userId, event, reason].map(plain).join('  ')}\n`;
}

/** Names come from clients: whatever a terminal would obey is left out. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}

async function ask<Answer>({ url, key }: OutboxCommand, path: string, body?: string): Promise<Answer> {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const method = body === undefined ? 'GET' : 'POST';
  let response: Response;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    response = await fetch(new URL(path, url), {
      method,
      headers,
      signal,
      redirect: 'error',
      ...(body ? { body } : {}),
    });
  } catch {
    throw new StartFault(`No server answers at ${new URL(url).origin}. Say where it is with --url.`);
  }
  const answer = (await response.json().catch(() => null)) as (Answer & { detail?: string }) | null;
  if (response.ok && answer !== null) return answer;
  throw new StartFault(answer?.detail ?? `The server answered ${response.status}.`);
}

/** `--flag=value` in two. */
function split(argument: string): [flag: string, value?: string] {
  const at = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}
