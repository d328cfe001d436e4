import { randomBytes } from 'node:crypto';
import { LIMITS, type RoomName } from '@roomcast/protocol';
import { CommandError } from '../core/errors.ts';

/** The namespace of webhooks' rooms. */
const NAMESPACE = 'webhook';
/** 128 random bits, as 22 characters of base64url: nobody guesses one. */
const ID_BYTES = 16;

// Ids stand at the end of URLs in chats and mails: what makes links of them would leave out a sign at the end.
const EDGES = /^[A-Za-z0-9].*[A-Za-z0-9]$/;
const NAME = /^[a-z0-9][a-z0-9._-]*[a-z0-9]$/;

/** An id that cannot be guessed: 22 of `A-Z a-z 0-9 _ -`. */
export function newWebhookId(): string {
  for (;;) {
    const id = randomBytes(ID_BYTES).toString('base64url');
    if (EDGES.test(id)) return id;
  }
}

/**
 * The id that a chosen name stands for.
 * @throws CommandError VALIDATION_ERROR
 */
export function idOfName(name: string): string {
  const id = name.trim().toLowerCase();
  const { webhookNameMin, webhookId } = LIMITS;
  if (id.length >= webhookNameMin && id.length <= webhookId && NAME.test(id)) return id;
  throw new CommandError(
    'VALIDATION_ERROR',
    `Names of webhooks are ${webhookNameMin} to ${webhookId} of a–z, 0–9, "-", "_" and ".", and begin and end with a letter or digit.`,
    { field: 'body.name' },
  );
}

/** The room of those who watch a webhook. */
export function roomOfWebhook(id: string): RoomName {
  return { namespace: NAMESPACE, name: id, full: `${NAMESPACE}:${id}` };
}

/** The webhook of a room by its full name; null where it is the room of something else. */
export function webhookOfRoom(full: string): string | null {
  return full.startsWith(`${NAMESPACE}:`) ? full.slice(NAMESPACE.length + 1) : null;
}
