import { type ReadonlySignal, signal } from '@preact/signals';
import type { Chat } from '@roomcast/client/chat';
import type { ChatMessage, ClientCommands } from '@roomcast/protocol';
import type { SearchFields, SearchModel, SearchResult } from './chat-model.ts';

export interface SearchOptions {
  readonly chat: Chat;
  readonly roomName: (id: string) => string;
  /** It could not be searched; says why. */
  readonly failed: (error: unknown) => void;
}

const NOTHING: SearchFields = { text: '', roomId: null, sender: '', from: '', to: '' };

/** Search in what was said. */
export class Search implements SearchModel {
  readonly query = signal(NOTHING);
  readonly #options: SearchOptions;
  readonly #state = signal<'idle' | 'searching' | 'done' | 'failed'>('idle');
  readonly #results = signal<readonly SearchResult[]>([]);
  readonly #hasMore = signal(false);
  readonly #searched = signal('');
  /** What the shown results answer, and where they go on. */
  #command: ClientCommands['search'] | null = null;
  #cursor: string | null = null;
  #run = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  get state(): ReadonlySignal<'idle' | 'searching' | 'done' | 'failed'> {
    return this.#state;
  }

  get results(): ReadonlySignal<readonly SearchResult[]> {
    return this.#results;
  }

  get hasMore(): ReadonlySignal<boolean> {
    return this.#hasMore;
  }

  get searched(): ReadonlySignal<string> {
    return this.#searched;
  }

  async run(): Promise<void> {
    this.#command = searchCommand(this.query.peek());
    this.#searched.value = this.#command?.text ?? '';
    this.#show([], null);
    if (this.#command) await this.#ask(this.#command);
    else this.clear();
  }

  async more(): Promise<void> {
    if (!this.#command || this.#cursor === null || this.#state.peek() === 'searching') return;
    await this.#ask({ ...this.#command, cursor: this.#cursor });
  }

  clear(): void {
    this.#run += 1;
    this.#command = null;
    this.#show([], null);
    this.query.value = NOTHING;
    this.#state.value = 'idle';
  }

  async #ask(command: ClientCommands['search']): Promise<void> {
    const run = ++this.#run;
    this.#state.value = 'searching';
    try {
      const { messages, cursor } = await this.#options.chat.search(command);
      if (run !== this.#run) return;
      this.#show([...this.#results.peek(), ...messages.flatMap((message) => this.#result(message))], cursor);
      this.#state.value = 'done';
    } catch (error) {
      if (run !== this.#run) return;
      this.#state.value = 'failed';
      this.#options.failed(error);
    }
  }

  #show(results: readonly SearchResult[], cursor: string | null): void {
    this.#results.value = results;
    this.#cursor = cursor;
    this.#hasMore.value = cursor !== null;
  }

  #result({ roomId, offset, sender, content, timestamp }: ChatMessage): SearchResult[] {
    if (offset === null) return [];
    const roomName = this.#options.roomName(roomId);
    return [{ roomId, roomName, offset, sender, content, time: new Date(timestamp) }];
  }
}

/** The fields as the server takes them; null where there are no words to look for. Days are the reader's own. */
export function searchCommand({ text, roomId, sender, from, to }: SearchFields): ClientCommands['search'] | null {
  const words = text.trim();
  if (words === '') return null;
  return {
    text: words,
    ...(roomId !== null && { roomId }),
    ...(sender.trim() !== '' && { sender: sender.trim().replace(/^@/, '') }),
    ...(from !== '' && { from: midnight(from, 0) }),
    ...(to !== '' && { to: midnight(to, 1) }),
  };
}

/** The beginning of the day (`YYYY-MM-DD`), or of one `later`. Not 24 hours: days with a change of clocks differ. */
function midnight(day: string, later: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
