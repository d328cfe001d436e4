import type { Dispatcher } from '../core/dispatch.ts';
import type { Engine } from '../core/engine.ts';
import type { Push } from '../gateway/pusher.ts';
import type { Store } from '../store/store.ts';
import type { Callers } from './callers.ts';
import type { Faces } from './faces.ts';
import type { Gates } from './gates.ts';

/** What doors and routes lead to. */
export interface Parts {
  readonly store: Store;
  readonly faces: Faces;
  readonly callers: Callers;
  readonly engine: Engine;
  readonly push: Push;
  readonly dispatcher: Dispatcher;
  readonly gates: Gates;
}
