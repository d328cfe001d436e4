import type { IncomingMessage } from 'node:http';
import { LIMITS } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Fanout } from '../core/fanout.ts';
import type { NativeEvents } from '../transports/native.ts';
import type { Envelope } from '../transports/parse-command.ts';
import type { ClientEvents } from './client-events.ts';
import type { Clients } from './clients.ts';
import { type Identities, isEmpty, userIdIn } from './identities.ts';
import type { Registrations } from './registrations.ts';

export interface NativeClientsOptions {
  readonly clients: Clients;
  readonly identities: Identities;
  readonly events: ClientEvents;
  readonly registrations: Registrations;
}

/** What the gateway does for clients that do not speak Socket.IO. */
export class NativeClients implements NativeEvents {
  readonly #options: NativeClientsOptions;

  constructor(options: NativeClientsOptions) {
    this.#options = options;
  }

  readonly opened = (connection: Connection, request: IncomingMessage): void => {
    const { clients, identities } = this.#options;
    const claims = identities.admitted(request);
    if (claims) clients.begin(connection, claims);
  };

  takes({ registration, identity }: Connection): boolean {
    return registration !== null || (identity === null && this.#options.events.hasSink);
  }

  take(connection: Connection, { type, payload, id }: Envelope, fanout: Fanout): Promise<void> {
    const { clients, events } = this.#options;
    const event = { name: type, args: isEmpty(payload) ? [] : [payload], id: idIn(payload) };
    return events.forward(connection, clients.sessionOf(connection), event, (answer) => {
      fanout.send(connection, 'event_reply', answer, id);
    });
  }

  /** As `Registrations.register`; a token is taken first. @throws CommandError: rejects */
  async register(connection: Connection, userId: string | number | undefined, token: string | undefined) {
    const { clients, registrations } = this.#options;
    if (token !== undefined) await registrations.renew(connection, token);
    return registrations.register(connection, userIdIn(userId, clients.get(connection)?.claims ?? null));
  }

  /** See `Registrations.renew`. @throws CommandError: rejects */
  renew(connection: Connection, token: string) {
    return this.#options.registrations.renew(connection, token);
  }
}

/** Given by clients that send again what was not answered. */
function idIn(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null || !('clientMessageId' in payload)) return null;
  const { clientMessageId: id } = payload;
  return typeof id === 'string' && id.length >= 1 && id.length <= LIMITS.clientMessageId ? id : null;
}
