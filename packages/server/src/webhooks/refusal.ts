import { CommandError } from '../core/errors.ts';
import { ProblemError } from '../http/problem.ts';
import { refusalOf as refusalOfStore } from '../store/refusal.ts';
import { StoreError } from '../store/store.ts';

/** What the store or the passwords say, as those who call the service are told it; other errors are faults. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof ProblemError) return commandErrorOf(error);
  if (error instanceof StoreError && error.code === 'conflict') {
    return new CommandError('CONFLICT', 'There is a webhook of that name already.', { field: 'body.name' });
  }
  return refusalOfStore(error);
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
