import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '@roomcast/client/chat';
import type { Toast } from './chat-model.ts';

/** Milliseconds after which news goes by itself; errors stay until they are dismissed. */
const LIFE = 8000;
const MOST = 5;

/** What the page tells in passing. */
export class Toasts {
  readonly #clock: Clock;
  readonly #list = signal<readonly Toast[]>([]);
  #key = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get list(): ReadonlySignal<readonly Toast[]> {
    return this.#list;
  }

  info(text: string): void {
    const toast = this.#add('info', text);
    this.#clock.after(LIFE, () => this.dismiss(toast));
  }

  error(text: string): void {
    this.#add('error', text);
  }

  dismiss(toast: Toast): void {
    this.#list.value = this.#list.value.filter(({ key }) => key !== toast.key);
  }

  #add(kind: Toast['kind'], text: string): Toast {
    const toast = { key: ++this.#key, kind, text };
    // The same twice is once.
    const others = this.#list.value.filter((other) => other.text !== text);
    this.#list.value = [...others, toast].slice(-MOST);
    return toast;
  }
}
