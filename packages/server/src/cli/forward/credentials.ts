import { readFileSync } from 'node:fs';
import { StartFault } from '../../util/start-fault.ts';

/** What lets one watch webhooks that are locked. */
export interface Credentials {
  readonly secret?: string;
  readonly password?: string;
}

/**
 * Reads the secrets from the environment or a file, never from a flag: other users of the machine can see those. Several
 * stand in lines of their own or behind commas, each as `ID=SECRET`, or alone for all the others.
 * @returns the credentials of a webhook, by its id
 * @throws StartFault where the file cannot be read
 */
export function readCredentials(env: NodeJS.ProcessEnv, file: string | null): (webhookId: string) => Credentials {
  const text = file === null ? (env['ROOMCAST_WEBHOOK_SECRET'] ?? '') : readSecretFile(file);
  const password = env['ROOMCAST_WEBHOOK_PASSWORD'] ?? '';
  const secrets = new Map<string | null, string>();
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const { id = null, secret = '' } = /^(?:(?<id>[^=]+)=)?(?<secret>.+)$/.exec(entry)?.groups ?? {};
    secrets.set(id, secret);
  }
  return (webhookId) => {
    const secret = secrets.get(webhookId) ?? secrets.get(null);
    return { ...(secret !== undefined && { secret }), ...(password !== '' && { password }) };
  };
}

function readSecretFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'it does not exist' : error;
    throw new StartFault(
      `The file of --secret-file cannot be read: ${reason instanceof Error ? reason.message : reason}.`,
    );
  }
}
