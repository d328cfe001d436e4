import { type ReadonlySignal, useSignal } from '@preact/signals';
import { ApiError } from '../../model/api-error.ts';

/** Why something did not work, and the field that it is about. */
export interface Fault {
  readonly message: string;
  readonly field: string | null;
}

export interface Action {
  readonly busy: ReadonlySignal<boolean>;
  readonly fault: ReadonlySignal<Fault | null>;
  /** Runs `work` unless it is running already. True where it succeeded. */
  run(work: () => Promise<void>): Promise<boolean>;
}

/** Something that a person does and waits for: whether it is under way, and why it failed. */
export function useAction(): Action {
  const busy = useSignal(false);
  const fault = useSignal<Fault | null>(null);

  async function run(work: () => Promise<void>): Promise<boolean> {
    if (busy.peek()) return false;
    busy.value = true;
    try {
      await work();
      fault.value = null;
      return true;
    } catch (error) {
      fault.value = readFault(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, fault, run };
}

function readFault(error: unknown): Fault {
  if (error instanceof ApiError) return { message: error.message, field: error.field };
  return { message: error instanceof Error ? error.message : 'That did not work. Please try again.', field: null };
}
