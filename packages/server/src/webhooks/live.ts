import type { ClientCommands, CommandId, Position } from '@roomcast/protocol';
import type { CommandContext } from '../core/commands/command.ts';
import type { Connection } from '../core/connection.ts';
import { CommandError } from '../core/errors.ts';
import type { RoomLog } from '../core/log.ts';
import type { Membership } from '../core/membership.ts';
import { placeOfPublication } from '../core/views.ts';
import type { Counters } from '../telemetry/counters.ts';
import { placeOfDeleted } from './deleted-place.ts';
import { roomOfWebhook } from './ids.ts';
import type { Webhook, WebhookService } from './service.ts';
import { Watchers } from './watchers.ts';

export interface LiveOptions {
  readonly webhooks: WebhookService;
  readonly counters: Counters;
  /** Told of a fault that struck while nobody waited for an answer. */
  readonly onFault: (connection: Connection, error: unknown) => void;
}

/** Somebody who may watch. */
export interface Entrance {
  /** Full name of the room. */
  readonly room: string;
  /** What is left to be done, in one step. @throws CommandError */
  enter(): void;
}

/** Where a client stands in the log; null where that is not known any more. */
type Standing = Position | 'unknown' | null;

/** Those who watch webhooks: who is let in, what they missed, and who they are. */
export class Live {
  readonly watchers = new Watchers();
  readonly #options: LiveOptions;
  /** What each connection's next command waits for. */
  readonly #turns = new WeakMap<Connection, Promise<void>>();
  /** How often watchers were put out: who was found to be allowed before may not be so any more. */
  readonly #evictions = new WeakMap<Webhook, number>();
  #commands: CommandContext | null = null;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  start(commands: CommandContext): void {
    this.#commands = commands;
    this.watchers.start(commands.fanout);
  }

  stop(): void {
    this.watchers.stop();
  }

  /** Told of every membership, as is `left`. */
  readonly joined = (membership: Membership): void => {
    if (isWebhook(membership)) this.watchers.joined(membership);
  };

  readonly left = (membership: Membership): void => {
    if (isWebhook(membership)) this.watchers.left(membership);
  };

  /** Commands of one connection take their turns: a `leave` must not overtake its `join`. */
  inTurn(connection: Connection, work: () => void | Promise<void>): Promise<void> {
    const turn = (this.#turns.get(connection) ?? Promise.resolve()).then(work);
    const settled = turn.then(forget, forget);
    this.#turns.set(connection, settled);
    return turn;
  }

  /**
   * Joins, and answers `joined`.
   * @param isTrusted whether it has shown elsewhere that it may
   * @throws CommandError: rejects
   */
  async join(
    connection: Connection,
    payload: ClientCommands['join'],
    id?: CommandId,
    isTrusted = false,
  ): Promise<void> {
    const { enter } = await this.prepare(connection, payload, id, isTrusted);
    enter();
  }

  /**
   * Finds out whether a client may watch, and where it stands.
   * @throws CommandError NOT_FOUND, UNAUTHENTICATED, RATE_LIMITED, STORAGE_UNAVAILABLE: rejects
   */
  async prepare(
    connection: Connection,
    payload: ClientCommands['join'],
    id?: CommandId,
    isTrusted = false,
  ): Promise<Entrance> {
    const { webhooks } = this.#options;
    const { webhookId, secret, password, since, lastEventId } = payload;
    const webhook = webhooks.get(webhookId);
    const evictions = this.#evictionsOf(webhook);
    if (!isTrusted) await webhooks.requireWatch(webhook, { secret, password }, connection.address);
    const standing = since ?? (lastEventId === undefined ? null : await this.#standingOf(webhook, lastEventId));
    if (standing !== null) await webhooks.settle(webhook); // what is too old is not missed
    const enter = (): void => {
      if (!isTrusted && this.#evictionsOf(webhook) !== evictions) {
        throw new CommandError('UNAUTHENTICATED', 'This webhook has just been locked.');
      }
      this.#enter(connection, webhook, standing, id);
    };
    return { room: webhook.room, enter };
  }

  /** Full name of a webhook's room: names of webhooks may be written in any case. */
  readonly roomOf = (webhookId: string): string => {
    const id = this.#options.webhooks.has(webhookId) ? webhookId : webhookId.toLowerCase();
    return roomOfWebhook(id).full;
  };

  /** Leaves, and answers `left`; as does who was not there. */
  leave(connection: Connection, webhookId: string, id?: CommandId): void {
    const { hub, fanout } = this.#core;
    const room = hub.get(this.roomOf(webhookId));
    const membership = room && connection.membershipOf(room);
    fanout.serve(connection);
    if (membership) hub.leave(membership);
    fanout.send(connection, 'left', { webhookId }, id);
  }

  /** Takes everybody out who watches: they have to show anew that they may. */
  evict(webhook: Webhook): void {
    const { hub, fanout } = this.#core;
    this.#evictions.set(webhook, this.#evictionsOf(webhook) + 1);
    for (const membership of hub.get(webhook.room)?.memberships ?? []) {
      const { connection, room } = membership;
      fanout.serve(connection);
      hub.leave(membership);
      fanout.send(connection, 'left', { webhookId: room.name.name });
      membership.onDissolved?.(); // a stream of nothing but this room ends
    }
  }

  /** Takes what a watcher says of itself, and answers with the list of all. @throws CommandError NOT_IN_ROOM */
  watch(connection: Connection, { webhookId, name, requestId }: ClientCommands['watch'], id?: CommandId): void {
    const { hub, fanout } = this.#core;
    const room = hub.get(this.roomOf(webhookId));
    if (!room || !connection.membershipOf(room)) throw new CommandError('NOT_IN_ROOM', `Join "${webhookId}" first.`);
    this.watchers.say(connection, room, name, requestId);
    if (id !== undefined) fanout.send(connection, 'watchers', { webhookId, ...this.watchers.list(room) }, id);
  }

  #evictionsOf(webhook: Webhook): number {
    return this.#evictions.get(webhook) ?? 0;
  }

  get #core(): CommandContext {
    if (!this.#commands) throw new Error('Nobody can watch before the engine is there');
    return this.#commands;
  }

  /** By the id of an event, or of a request, be it deleted. */
  async #standingOf(webhook: Webhook, lastEventId: string): Promise<Standing> {
    const log = this.#core.hub.open(roomOfWebhook(webhook.id)).log;
    const place = placeOfPublication(lastEventId);
    if (log && place?.epoch === log.epoch) return place;
    try {
      const request = await this.#options.webhooks.request(webhook, lastEventId);
      return log ? { epoch: log.epoch, offset: request.offset } : 'unknown';
    } catch (error) {
      if (!(error instanceof CommandError && error.code === 'NOT_FOUND')) throw error;
      // A disk that does not answer keeps nobody from what comes live.
      const place = log && (await placeOfDeleted(log, lastEventId).catch(() => null));
      return place ?? 'unknown';
    }
  }

  #enter(connection: Connection, webhook: Webhook, standing: Standing, id: CommandId | undefined): void {
    const { hub, fanout, recoverer } = this.#core;
    if (connection.state === 'closed') return;
    // It may have been deleted meanwhile, or another created under its name.
    if (this.#options.webhooks.get(webhook.id) !== webhook) {
      throw new CommandError('NOT_FOUND', 'Webhook not found');
    }
    const membership = hub.place(connection, roomOfWebhook(webhook.id));
    const { log } = membership.room;
    const since = standing !== 'unknown' && isOf(log, standing) ? standing : null;
    fanout.serve(connection);
    if (log && since && connection.format.ordered !== true) {
      this.#resume(membership, log, since, id);
      return;
    }
    recoverer.join(membership, since, 0, ({ history, recovered }) => {
      this.#greet(membership, recovered, id);
      for (const record of history) {
        fanout.sendFrame(connection, connection.format.publication(membership.room, record));
      }
    });
  }

  /** However much was missed, it comes as fast as it is read. */
  #resume(membership: Membership, log: RoomLog, since: Position, id: CommandId | undefined): void {
    const { hub, catchUp } = this.#core;
    const { connection, room } = membership;
    const goOn = (complete: boolean, from: number): void => {
      if (!room.memberships.has(membership)) {
        // Left meanwhile, or died: who waits for the answer is told.
        if (id !== undefined) this.#core.fanout.send(connection, 'left', { webhookId: room.name.name }, id);
        return;
      }
      if (complete) this.#options.counters.recovered++;
      else this.#options.counters.notRecovered++;
      this.#greet(membership, complete, id);
      if (from < log.top) catchUp.resume(membership, from);
      else if (membership.state === 'joining') hub.admit(membership);
    };
    const page = log.since(since.offset, 1, 1);
    if (!(page instanceof Promise)) {
      goOn(page.complete, page.complete ? since.offset : firstOf(page.publications, log.top));
      return;
    }
    page
      .then(
        ({ complete, publications }) => goOn(complete, complete ? since.offset : firstOf(publications, log.top)),
        () => goOn(false, log.top), // a disk that does not answer keeps nobody from what comes live
      )
      .catch((error: unknown) => this.#options.onFault(connection, error));
  }

  #greet({ connection, room }: Membership, recovered: boolean, id: CommandId | undefined): void {
    const { log, name } = room;
    const position = { epoch: log?.epoch ?? '', offset: log?.top ?? 0 };
    const list = this.watchers.list(room, connection);
    const greeting = { webhookId: name.name, roomId: name.full, ...position, recovered, ...list };
    this.#core.fanout.send(connection, 'joined', greeting, id);
  }
}

function isWebhook({ room }: Membership): boolean {
  return room.name.namespace === 'webhook';
}

/** Whether a position is one of this log. */
function isOf(log: RoomLog | null, position: Position | null): position is Position {
  return log !== null && position !== null && position.epoch === log.epoch && position.offset <= log.top;
}

/** The offset before the first that is still there. */
function firstOf(publications: readonly { readonly offset: number }[], top: number): number {
  return (publications[0]?.offset ?? top + 1) - 1;
}

function forget(): void {}
