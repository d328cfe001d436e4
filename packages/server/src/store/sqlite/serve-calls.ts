import type { MessagePort } from 'node:worker_threads';
import { toFault } from './faults.ts';
import type { OperationResult, ReaderRequest } from './thread.ts';

/** Operations on an open connection. */
interface Service {
  readonly operations: Readonly<Record<string, (...args: never[]) => unknown>>;
  close(): void;
}

/**
 * Answers calls by the names of their operations, one after another. After an error the next call opens the
 * database anew, since its file may have been put right.
 * @param repair puts right what an error tells of, with nothing open; true where the call is worth a second try
 */
export function serveCalls(port: MessagePort, open: () => Service, repair: (error: unknown) => boolean): void {
  let service: Service | null = null;
  port.on('message', ({ id, name, args }: ReaderRequest) => {
    port.postMessage({ id, ...answer(name, args) });
  });

  function answer(name: string, args: readonly unknown[]): OperationResult {
    try {
      return { value: operate(name, args) };
    } catch (error) {
      return { fault: toFault(error) };
    }
  }

  function operate(name: string, args: readonly unknown[], isRetry = false): unknown {
    try {
      service ??= open();
      return service.operations[name]?.(...(args as never[]));
    } catch (error) {
      drop();
      if (isRetry || !repair(error)) throw error;
      return operate(name, args, true);
    }
  }

  function drop(): void {
    const broken = service;
    service = null;
    try {
      broken?.close();
    } catch {
      // It is broken anyway.
    }
  }
}
