import { type Answer, call } from './http.ts';

/** A server that listens on loopback, in this process or in another, as its clients see it. */
export class Api {
  readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  /** Where WebSockets connect: `path` with its query. */
  ws(path: string): string {
    return `ws://127.0.0.1:${this.port}${path}`;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return call(this.port, { path, headers });
  }

  /** JSON in the body. A string is sent as it is. */
  send(method: string, path: string, body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
    return call(this.port, {
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** `POST /api/emit`. */
  emit(body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', '/api/emit', body, headers);
  }

  /** `POST /api/push`. */
  push(body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', '/api/push', body, headers);
  }

  /** Sends JSON. */
  postJson(path: string, body: object, method = 'POST', headers: Record<string, string> = {}): Promise<Answer> {
    return call(this.port, {
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Full names of the rooms that there are. */
  async rooms(): Promise<string[]> {
    const { rooms } = (await this.get('/api/rooms?limit=500')).json as { rooms: { id: string }[] };
    return rooms.map(({ id }) => id);
  }

  /** The value of a series of /metrics, or undefined where there is none, as `roomcast_closes_total{code="1009"}`. */
  async metric(series: string): Promise<number | undefined> {
    const { text } = await this.get('/metrics');
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }
}
