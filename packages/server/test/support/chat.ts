import type { ChatMessage, Position, ServerEvents, User } from '@roomcast/protocol';
import type { Api } from './api.ts';
import { call } from './http.ts';
import { type Frame, NativeClient } from './native.ts';

/** A user, and a token of theirs. */
export interface Account {
  readonly user: User;
  readonly token: string;
}

type Joined = ServerEvents['join_room_success'] & { readonly history: readonly ChatMessage[] };

/** The password of every account that tests make. */
export const PASSWORD = 'correct horse battery';

/** Registers a user; with the preset `open`, logs in by name alone. */
export async function accountOf(
  server: Api,
  username: string,
  preset: 'accounts' | 'open' = 'accounts',
): Promise<Account> {
  const isOpen = preset === 'open';
  const { status, json, text } = await call(server.port, {
    method: 'POST',
    path: isOpen ? '/api/auth/login' : '/api/auth/register',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(isOpen ? { username } : { username, password: PASSWORD }),
  });
  if (status >= 300) throw new Error(`${username} got no account: ${status} ${text}`);
  return json as Account;
}

/** A logged-in client of `/ws/chat`. */
export class ChatClient {
  readonly native: NativeClient;
  readonly account: Account;
  readonly established: ServerEvents['connection_established'];

  private constructor(native: NativeClient, account: Account, established: ServerEvents['connection_established']) {
    this.native = native;
    this.account = account;
    this.established = established;
  }

  static async connect(server: Api, account: Account, path = '/ws/chat'): Promise<ChatClient> {
    const headers = { authorization: `Bearer ${account.token}` };
    const native = await NativeClient.connect(server, { headers }, path);
    const { payload } = await native.next('connection_established');
    return new ChatClient(native, account, payload);
  }

  /** A new user who is connected. */
  static async of(server: Api, username: string, preset: 'accounts' | 'open' = 'accounts'): Promise<ChatClient> {
    return ChatClient.connect(server, await accountOf(server, username, preset));
  }

  get id(): string {
    return this.account.user.id;
  }

  async join(roomId: string, more: { since?: Position; limit?: number } = {}): Promise<Joined> {
    return (await this.native.expect('join_room_success', 'join_room', { roomId, ...more })) as Joined;
  }

  say(roomId: string, content: string, clientMessageId?: string): Promise<ServerEvents['message_ack']> {
    return this.native.expect('message_ack', 'chat_message', { roomId, content, clientMessageId });
  }

  /** The next message that somebody else says. */
  async hear(): Promise<ChatMessage> {
    return (await this.native.next('chat_message')).payload;
  }

  ask(type: string, payload: object = {}): Promise<Frame> {
    return this.native.ask(type, payload);
  }

  async history(roomId: string, query: object = {}): Promise<{ messages: readonly ChatMessage[]; hasMore: boolean }> {
    const { publications, hasMore } = await this.native.expect('history', 'get_history', { roomId, ...query });
    return { messages: publications as readonly ChatMessage[], hasMore };
  }

  /** Answered behind everything that the server has sent before: what has not come by then does not come. */
  async settle(): Promise<void> {
    await this.native.expect('heartbeat', 'heartbeat', { sequence: 1 });
  }

  /** Frames of that type that have come and nobody has taken. */
  waiting(type: string): readonly Frame[] {
    return this.native.frames.waiting.filter((frame) => frame.type === type);
  }
}
