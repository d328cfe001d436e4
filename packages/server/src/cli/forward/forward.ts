import type { PlacedRequest } from '@roomcast/protocol';
import type { ForwardCommand, NewRoute, Route } from './command.ts';
import { deliver } from './delivery.ts';
import { Listener } from './listener.ts';
import { createWebhook } from './new-webhook.ts';
import { Report, type Terminal } from './report.ts';
import { ServerLink } from './server-link.ts';
import { ApiFault, WebhookApi } from './webhook-api.ts';

/**
 * Forwards what webhooks capture until `stop` is aborted, or what was captured before and then ends.
 * @returns the exit code: 0, or 1 where a webhook cannot be listened to (any more), or a replayed request was not
 * answered with less than 500
 */
export async function runForward(command: ForwardCommand, terminal: Terminal, stop: AbortSignal): Promise<number> {
  const several = command.routes.length + (command.newRoute ? 1 : 0) > 1;
  const report = new Report({
    ...terminal,
    json: command.json,
    several,
    hasSeveralTargets: (id) => goesToSeveral(id, command.routes),
  });
  if (command.replay.length > 0) return summed(report, await replay(command, report, stop));
  const created = command.newRoute && (await create(command.newRoute, report));
  if (command.newRoute && !created) return 1;
  const routes = created ? [...command.routes, created] : command.routes;
  return summed(report, await listen({ ...command, routes }, report, stop));
}

function summed(report: Report, code: number): number {
  report.sum();
  return code;
}

/** Null where that was not possible, which has been said. */
async function create(newRoute: NewRoute, report: Report): Promise<Route | null> {
  try {
    const { url, secret, route } = await createWebhook(newRoute);
    const sentence = `New webhook: ${url} – its secret is shown this once: ${secret}`;
    report.say('created', sentence, { url, secret, webhookId: route.webhook.id }, 'good');
    return route;
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    report.say('refused', `No webhook could be created: ${error.message}`, {}, 'bad');
    return null;
  }
}

async function listen(command: ForwardCommand, report: Report, stop: AbortSignal): Promise<number> {
  const links = new Map<string, ServerLink>();
  const refused = Promise.withResolvers<void>();
  let left = command.routes.length;
  const listeners = command.routes.map((route, at) => {
    // A webhook that goes to several targets is watched as often, by connections of their own.
    const copies = command.routes.slice(0, at).filter((other) => isSame(other, route)).length;
    const key = `${copies} ${route.webhook.server}`;
    const link = links.get(key) ?? new ServerLink(route.webhook.server, report, () => refused.resolve());
    links.set(key, link);
    const onEnd = () => {
      left--;
      if (left === 0) refused.resolve();
    };
    return new Listener({ route, command, client: link.client, report, stop, onEnd });
  });
  await Promise.race([
    Promise.all(listeners.map((listener) => listener.start())).then(() => refused.promise),
    refused.promise,
    aborted(stop),
  ]);
  if (stop.aborted) report.say('stopping', 'Ending, as soon as what is on its way has arrived.');
  await Promise.all(listeners.map((listener) => listener.stop()));
  for (const link of links.values()) link.close();
  return left < command.routes.length || !stop.aborted ? 1 : 0;
}

async function replay(
  { routes, replay, delivery }: ForwardCommand,
  report: Report,
  stop: AbortSignal,
): Promise<number> {
  let isGood = true;
  for (const [at, id] of replay.entries()) {
    if (stop.aborted) {
      report.tally.left += replay.length - at;
      return 1;
    }
    const found = await find(id, routes, report);
    isGood &&= found.length > 0;
    for (const { request, route } of found) {
      const isDelivered = await deliver(request, { target: route.target, options: delivery, report, stop });
      isGood &&= isDelivered;
    }
  }
  return isGood ? 0 : 1;
}

/** The request of that id, with all routes of the first webhook that has it; none where none has. */
async function find(
  id: string,
  routes: readonly Route[],
  report: Report,
): Promise<readonly { readonly request: PlacedRequest; readonly route: Route }[]> {
  const reasons = new Set<string>();
  for (const route of routes) {
    try {
      const request = await new WebhookApi(route).request(id);
      return routes.filter((other) => isSame(other, route)).map((each) => ({ request, route: each }));
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      reasons.add(error.message);
    }
  }
  report.say('refused', `The request "${id}" cannot be forwarded: ${[...reasons].join(' ')}`, { requestId: id }, 'bad');
  return [];
}

function goesToSeveral(webhookId: string, routes: readonly Route[]): boolean {
  return routes.filter(({ webhook }) => webhook.id === webhookId).length > 1;
}

function isSame(one: Route, other: Route): boolean {
  return one.webhook.server === other.webhook.server && one.webhook.id === other.webhook.id;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
