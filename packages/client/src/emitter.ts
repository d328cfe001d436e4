/** Events by name, each with the arguments that its listeners get. */
export type EventMap<Events> = { readonly [Name in keyof Events]: readonly unknown[] };

/** Typed listeners. One that throws is reported and harms neither the others nor the caller. */
export class Emitter<Events extends EventMap<Events>> {
  readonly #listeners = new Map<keyof Events, Set<(...details: never) => unknown>>();

  /** Returns the function that removes the listener again. */
  on<Name extends keyof Events>(event: Name, listener: (...details: Events[Name]) => unknown): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof Events>(event: Name, ...details: Events[Name]): void {
    // A copy: whoever is added by a listener hears the next event first.
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as (...details: Events[Name]) => unknown)(...details);
      } catch (error) {
        console.error(error);
      }
    }
  }
}
