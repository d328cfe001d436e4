import type { ErrorCode, RoomName } from '@roomcast/protocol';
import type { Hub } from '../core/hub.ts';
import type { Publisher } from '../core/publish.ts';
import { roomNamed } from '../core/room-named.ts';
import type { PublishResult } from '../core/session.ts';
import { type Problem, ProblemError, problem, problemOfError } from '../http/problem.ts';
import type { Logger } from '../telemetry/log.ts';
import { binaryOf, type Detached, fromBase64 } from './binary.ts';
import { invalid, type PushRequest } from './push-request.ts';
import { RecentResults } from './recent-results.ts';

export type { PushRequest } from './push-request.ts';

export interface PusherOptions {
  readonly hub: Hub;
  readonly publisher: Publisher;
  readonly log: Logger;
}

/** What became of a push at one of its targets. */
export interface TargetResult {
  /** As the backend named it. */
  readonly target: string;
  /** Full name of the room that it went through. */
  readonly room: string;
  /** Connections that it was sent to; of a duplicate those of the first time, as far as that is still known. */
  readonly delivered: number;
  readonly offset: number | null;
  readonly epoch: string | null;
  /** Whether it had been pushed before, and was not again. */
  readonly duplicate: boolean;
  readonly error?: { readonly code: ErrorCode; readonly detail: string };
}

export interface PushResult {
  readonly results: readonly TargetResult[];
  /** Connections, all targets together. */
  readonly delivered: number;
  readonly id: string | null;
}

export interface PushDetails {
  /** `data` as it was written, which is handed on byte for byte; without it, its JSON. */
  readonly dataText?: string | null;
  /** What faults call the request; default `body`. */
  readonly at?: string;
}

/**
 * Carries out a push that `readPush` has checked.
 * @param id idempotency id; null = none
 * @throws ProblemError: rejects where nothing could be done
 */
export type Push = (request: PushRequest, id: string | null, details?: PushDetails) => Promise<PushResult>;

interface Target {
  readonly target: string;
  readonly name: RoomName;
}

/** What is sent, whatever the target. */
interface Message extends Detached {
  readonly event: string;
  readonly id: string | null;
}

/** Ids that are remembered, one for each target: some 30 MB. */
const REMEMBERED = 100_000;

const EVERYONE: Target = {
  target: 'everyone',
  name: { namespace: 'all', name: 'everyone', full: 'all:everyone' },
};

export function createPusher({ hub, publisher, log }: PusherOptions): Push {
  const recent = new RecentResults<PublishResult>(REMEMBERED);

  const post = async ({ name }: Target, { event, json, attachments, id }: Message): Promise<PublishResult> => {
    const data = Buffer.from(json);
    const act = () =>
      publisher.post(hub, name, { event, data, attachments: attachments.length > 0 ? attachments : null, id });
    if (id === null) return act();
    const { result, repeated } = await recent.once(`${name.full}\n${id}`, act);
    return repeated ? { ...result, duplicate: true } : result;
  };

  const reach = async (target: Target, message: Message): Promise<TargetResult & { problem?: Problem }> => {
    const common = { target: target.target, room: target.name.full };
    try {
      const { delivered, offset, epoch, duplicate } = await post(target, message);
      return { ...common, delivered, offset, epoch, duplicate };
    } catch (error) {
      const found = problemOf(error, log);
      const { code, detail } = found;
      const nothing = { delivered: 0, offset: null, epoch: null, duplicate: false };
      return { ...common, ...nothing, error: { code, detail }, problem: found };
    }
  };

  return async (request, id, { dataText = null, at = 'body' } = {}) => {
    const message = { event: request.event, id, ...contentOf(request, dataText ?? JSON.stringify(request.data), at) };
    const targets = targetsOf(request, hub, at);
    // All at once: what has to be stored is stored together.
    const reached = await Promise.all(targets.map((target) => reach(target, message)));
    const [first] = reached;
    if (first?.problem && reached.every(({ problem }) => problem)) throw nothingDone(first.problem, reached);
    const results = reached.map(({ problem: _, ...result }) => result);
    return { results, delivered: results.reduce((sum, { delivered }) => sum + delivered, 0), id };
  };
}

/** @throws ProblemError VALIDATION_ERROR */
function contentOf({ dataBase64, binary }: PushRequest, dataText: string, at: string): Detached {
  if (dataBase64 !== undefined) {
    const found = binaryOf(dataBase64);
    if (found) return found;
    throw invalid(`${at}.dataBase64`, 'is not base64 with its padding (RFC 4648 §4).');
  }
  if (!binary) return { json: dataText, attachments: [] };
  const found = fromBase64(dataText);
  if ('fault' in found) throw invalid(`${at}.data`, `${found.fault}.`);
  return found;
}

/** Each target once, however often it is named. @throws ProblemError VALIDATION_ERROR */
function targetsOf(request: PushRequest, hub: Hub, at: string): readonly Target[] {
  const { userId, userIds, room, rooms, broadcast } = request;
  if (broadcast) return [EVERYONE];
  const users = userIds ?? (userId === undefined ? null : [userId]);
  if (users) return distinct(users.map((id) => ({ target: id, name: userRoom(id) })));
  if (room !== undefined) return [{ target: room, name: requireRoom(room, `${at}.room`, hub) }];
  const named = (rooms ?? []).map((given, index) => {
    return { target: given, name: requireRoom(given, `${at}.rooms.${index}`, hub) };
  });
  return distinct(named);
}

function distinct(targets: readonly Target[]): readonly Target[] {
  const byRoom = new Map<string, Target>();
  for (const target of targets) if (!byRoom.has(target.name.full)) byRoom.set(target.name.full, target);
  return [...byRoom.values()];
}

function userRoom(id: string): RoomName {
  return { namespace: 'user', name: id, full: `user:${id}` };
}

/** @throws ProblemError VALIDATION_ERROR */
export function requireRoom(given: string, field: string, hub: Pick<Hub, 'hasNamespace'>): RoomName {
  const name = roomNamed(given, hub);
  if ('fault' in name) throw invalid(field, `${name.fault}; names are 1 to 128 characters.`);
  return name;
}

function problemOf(error: unknown, log: Logger): Problem {
  const found = problemOfError(error);
  if (found) return found;
  log.error({ err: error }, 'a push failed');
  return problem('INTERNAL_ERROR', 'The server failed. Its log says why.');
}

/** The first target's problem, with what befell the others. */
function nothingDone({ code, detail, retryAfter }: Problem, reached: readonly TargetResult[]): ProblemError {
  const errors = reached.map(({ target, error }) => ({ target, error }));
  return new ProblemError(code, detail, {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(errors.length > 1 ? { errors } : {}),
  });
}
