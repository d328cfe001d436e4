import { createTokenVerifier } from '../auth/jwt/token-verifier.ts';
import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/texts.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { ClientEvents } from './client-events.ts';
import { ClientSessions } from './client-sessions.ts';
import { Forwarder } from './forwarder.ts';
import { Gateway } from './gateway.ts';
import { Identities } from './identities.ts';
import { Lifecycle } from './lifecycle.ts';
import { createSink } from './sinks/create-sink.ts';

export interface CreateGatewayOptions {
  readonly store: Store;
  readonly settings: Config;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The gateway, put together. `forwarder` has to be started, and stopped before the store is closed.
 * @throws StartFault, StoreError
 */
export async function createGateway({ store, settings, clock, log }: CreateGatewayOptions) {
  const sessions = await ClientSessions.load({ store: store.clientSessions, clock, log });
  const verifier = createTokenVerifier(settings, log, clock);
  const sink = await createSink(settings, log);
  const forwarder = await Forwarder.open({
    ...{ ...settings, store: store.outbox, sink, clock, log },
    carryOut: (eventId, push) => events.carryOut(eventId, push),
  });
  const events: ClientEvents = new ClientEvents({
    sink: sink && forwarder,
    replies: settings.forwardReply,
    userEventRate: settings.userEventRate,
    clock,
    log,
  });
  const identities = new Identities({ verifier, trusting: isLoopback(settings.host) });
  const lifecycle = new Lifecycle({ ...settings, sessions, events, clock });
  const gateway = new Gateway({ ...settings, sessions, events, identities, lifecycle, clock, log });
  const stop = async (): Promise<void> => {
    gateway.stop();
    verifier?.stop();
    await forwarder.stop();
  };
  return { gateway, forwarder, stop };
}
