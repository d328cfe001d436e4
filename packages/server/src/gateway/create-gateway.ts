import { createTokenVerifier } from '../auth/jwt/token-verifier.ts';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/texts.ts';
import type { Store } from '../store/store.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { ClientEvents, type EventSink } from './client-events.ts';
import { ClientSessions } from './client-sessions.ts';
import { Gateway } from './gateway.ts';

export interface CreateGatewayOptions {
  readonly store: Store;
  readonly settings: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: Counters;
}

/** The gateway, put together. `forwarder` has to be started, and stopped before the store is closed. */
export async function createGateway({ store, settings, clock, log }: CreateGatewayOptions) {
  const sessions = await ClientSessions.load({ store: store.clientSessions, clock });
  const verifier = createTokenVerifier(settings, log, clock);
  const forwarder = null as (EventSink & { start(): void; stop(): Promise<void> }) | null;
  const events = new ClientEvents({
    sink: forwarder,
    replies: settings.forwardReply,
    clock,
    log,
    push: () => {},
  });
  const gateway = new Gateway({
    ...settings,
    sessions,
    events,
    verifier,
    trusting: isLoopback(settings.host),
    clock,
    log,
  });
  return { gateway, forwarder };
}
