import { CommandError } from '../core/errors.ts';
import { StoreError } from './store.ts';

/** Milliseconds. */
const LATER = { retryAfter: 1000 };

/** What the store says, as a client or a program is told it. Other errors stay as they are. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'overloaded':
      return new CommandError('OVERLOADED', 'Too much waits to be saved.', LATER);
    case 'closed':
      return new CommandError('SHUTTING_DOWN', 'This server is shutting down.', LATER);
    default:
      return new CommandError('STORAGE_UNAVAILABLE', 'The database is away: nothing was changed.', LATER);
  }
}
