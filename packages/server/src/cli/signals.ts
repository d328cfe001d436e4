/** What a process does when it is told to end. */
export interface SignalActions {
  /** The first signal: end in order. */
  begin(signal: NodeJS.Signals): void;
  /** A second one: end at once. */
  abandon(signal: NodeJS.Signals): void;
}

/** The part of `process` that is needed, so that tests can send signals of their own. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/**
 * Ctrl-C under `npm start` reaches the process twice: once from the terminal, which signals its whole process group,
 * and once from npm, which passes on what it got. The same signal again within this time is that echo.
 */
const ECHO = 100;

/** Listens for SIGTERM and SIGINT for the rest of the process's life. `now`: milliseconds. */
export function onSignals(source: SignalSource, actions: SignalActions, now = () => performance.now()): void {
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | null = null;
  const receive = (signal: NodeJS.Signals) => {
    if (first === null) {
      first = { signal, at: now() };
      actions.begin(signal);
    } else if (signal !== first.signal || now() - first.at > ECHO) actions.abandon(signal);
  };
  source.on('SIGTERM', receive);
  source.on('SIGINT', receive);
}
