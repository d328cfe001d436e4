import { RoomcastError } from '@roomcast/client/chat';
import { ActionError } from './chat-model.ts';

/** For each code of the protocol's error table and of the client: what a person is told. */
const WORDS: Record<string, string> = {
  UNAUTHENTICATED: 'Please log in again.',
  FORBIDDEN: 'That is not allowed here.',
  ORIGIN_NOT_ALLOWED: 'This page may not talk to this server.',
  NOT_FOUND: 'It does not exist any more.',
  NOT_IN_ROOM: 'You are not in this room any more.',
  CONFLICT: 'That name is taken.',
  PAYLOAD_TOO_LARGE: 'That is too large.',
  RATE_LIMITED: 'That was too fast.',
  LIMIT_EXCEEDED: 'The server has no room for more of that.',
  INTERNAL_ERROR: 'Something went wrong on the server.',
  STORAGE_UNAVAILABLE: 'The server cannot reach its storage just now.',
  OVERLOADED: 'The server is very busy just now.',
  SERVER_BUSY: 'The server is full just now.',
  SHUTTING_DOWN: 'The server is restarting.',
  OFFLINE: 'There is no connection to the server.',
  NO_ANSWER: 'The server did not answer.',
};
/** The server's own words say more here: they name what is wrong. */
const SPOKEN: readonly string[] = [
  'VALIDATION_ERROR',
  'CONFLICT',
  'FORBIDDEN',
  'NOT_FOUND',
  'SERVER_BUSY',
  'UNAUTHENTICATED',
];
/** Nothing is wrong with what was tried. */
const PASSING: readonly string[] = [
  'INTERNAL_ERROR',
  'STORAGE_UNAVAILABLE',
  'OVERLOADED',
  'SERVER_BUSY',
  'SHUTTING_DOWN',
  'OFFLINE',
  'NO_ANSWER',
  'NOT_IN_ROOM',
];
const FIELDS: readonly ActionError['field'][] = ['username', 'password', 'newPassword', 'name'];

/** A refusal as people are told: no codes, and what to do where something can be done. */
export function refusalInWords(code: string, message: string, retryAfter: number | null = null): string {
  const words = (SPOKEN.includes(code) && message) || WORDS[code] || message || 'Something went wrong.';
  if (retryAfter !== null && retryAfter > 0) return `${words} Try again in ${waitInWords(retryAfter)}.`;
  return PASSING.includes(code) ? `${words} Try again later.` : words;
}

/** `3 seconds`, `2 minutes`. */
export function waitInWords(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const [count, unit] = seconds < 90 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** Whatever was thrown, as the components get it. */
export function actionError(error: unknown): ActionError {
  if (error instanceof ActionError) return error;
  if (!(error instanceof RoomcastError)) return new ActionError('Something went wrong.');
  const { code, message, retryAfter } = error;
  // `body.username`, `payload.name`; the page calls the current password the password.
  const named = error.field?.split('.').at(-1)?.replace('currentPassword', 'password');
  const field = FIELDS.find((known) => known === named) ?? null;
  return new ActionError(refusalInWords(code, message, retryAfter), field, retryAfter);
}
