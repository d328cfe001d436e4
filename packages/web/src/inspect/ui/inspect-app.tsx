import { useEffect, useMemo } from 'preact/hooks';
import type { Platform } from '../model/platform.ts';
import { StartModel } from '../model/start-model.ts';
import { webhookIdOfPath } from '../model/webhook-id.ts';
import { WebhookModel } from '../model/webhook-model.ts';
import { StartScreen } from './start/start-screen.tsx';
import { WebhookScreen } from './webhook-screen.tsx';

interface InspectAppProps {
  readonly platform: Platform;
  /** Of the page's address. */
  readonly path: string;
}

/** The start, or the page of the webhook that the address names. */
export function InspectApp({ platform, path }: InspectAppProps) {
  const id = webhookIdOfPath(path);
  return id === null ? <Start platform={platform} /> : <Webhook platform={platform} id={id} />;
}

function Start({ platform }: { readonly platform: Platform }) {
  const model = useMemo(() => new StartModel(platform), []);
  useEffect(() => void model.load(), []);
  return <StartScreen model={model} origin={platform.origin} />;
}

function Webhook({ platform, id }: { readonly platform: Platform; readonly id: string }) {
  const model = useMemo(() => new WebhookModel(id, platform), []);
  useEffect(() => void model.open(), []);
  return <WebhookScreen model={model} />;
}
