import { CommandError } from '../core/errors.ts';
import { ProblemError } from '../http/problem.ts';
import { StoreError } from '../store/store.ts';

const LATER = { retryAfter: 1000 };

/** What the store or the passwords say, as those who call the service are told it; other errors are faults. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof ProblemError) return commandErrorOf(error);
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'conflict':
      return new CommandError('CONFLICT', 'There is a webhook of that name already.', { field: 'body.name' });
    case 'overloaded':
      return new CommandError('OVERLOADED', 'Too much waits to be saved.', LATER);
    case 'closed':
      return new CommandError('SHUTTING_DOWN', 'This server is shutting down.', LATER);
    default:
      return new CommandError('STORAGE_UNAVAILABLE', 'The database is away: nothing was changed.', LATER);
  }
}

/** Carries out what may be refused; all that it rejects with and that is no fault is a CommandError. */
export async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(error);
  }
}

function commandErrorOf({ problem }: ProblemError): CommandError {
  const { code, detail, field, retryAfter } = problem;
  return new CommandError(code, detail, {
    ...(field === undefined ? {} : { field }),
    ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
  });
}
