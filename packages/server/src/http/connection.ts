import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Whether a sender holds its body back until it hears "100 Continue" (RFC 9110 §10.1.1). */
export function expectsContinue({ headers, httpVersion }: Pick<IncomingMessage, 'headers' | 'httpVersion'>): boolean {
  return httpVersion !== '1.0' && /(?:^|\W)100-continue(?:$|\W)/i.test(headers.expect ?? '');
}

/** The connection ends with this answer, which may be given later: what was sent behind its request is not looked at. */
export function closeBehind(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}

/** What goes on on a connection. */
interface State {
  /** The answer to the last request that was looked at; null where it has been given, and the connection goes on. */
  response: ServerResponse | null;
  /** Requests without a whole answer whose senders get one even where they have ended their side. */
  patient: number;
}

/** What requests on one connection mean for each other. */
export class Connections {
  readonly #states = new WeakMap<Socket, State>();

  /**
   * Notes a request. False where it is not to be looked at: it came behind one whose answer closes the connection, and
   * would be carried out without an answer (RFC 9112 §9.6).
   * @param isPatient whether its sender gets its answer although it has ended its side of the connection (a half-close, as
   * of `nc -N`). Of others it is taken that they have gone: who waits for news without end would never be missed.
   */
  note({ socket }: IncomingMessage, response: ServerResponse, isPatient: boolean): boolean {
    const state = this.#states.get(socket) ?? this.#begin(socket);
    if (state.response?.shouldKeepAlive === false) return false;
    state.response = response;
    if (isPatient) state.patient++;
    response.once('close', () => {
      if (isPatient) state.patient--;
      if (state.response === response && response.shouldKeepAlive) state.response = null;
    });
    return true;
  }

  #begin(socket: Socket): State {
    const state: State = { response: null, patient: 0 };
    this.#states.set(socket, state);
    // With `httpAllowHalfOpen` Node leaves the socket open where answers are under way; without, it does this always.
    socket.on('end', () => {
      if (state.patient === 0) socket.end();
    });
    return state;
  }
}
