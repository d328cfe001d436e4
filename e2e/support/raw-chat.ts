import type { Page } from 'playwright-core';

export interface Order {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * Sends orders over a connection of its own, as the person whose page it is, and as fast as it can.
 * @returns what the server answered to each, in order: its type, or its error code
 */
export function sendOrders(page: Page, orders: readonly Order[]): Promise<string[]> {
  return page.evaluate(
    (given) =>
      new Promise<string[]>((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws/chat`);
        const answers = new Map<string, string>();
        socket.onerror = () => reject(new Error('The connection was refused'));
        socket.onopen = () => {
          for (const [index, order] of given.entries()) socket.send(JSON.stringify({ ...order, id: `${index}` }));
        };
        socket.onmessage = ({ data }) => {
          const { id, type, payload } = JSON.parse(`${data}`);
          if (typeof id !== 'string' || answers.has(id)) return;
          answers.set(id, type === 'error' ? payload.code : type);
          if (answers.size < given.length) return;
          socket.close();
          resolve(given.map((_, index) => answers.get(`${index}`) ?? ''));
        };
      }),
    orders,
  );
}

/** Says `count` numbered messages in the room: `line 1`, `line 2` … */
export async function fillRoom(page: Page, room: string, count: number): Promise<void> {
  const roomId = `chat:${room}`;
  const lines = Array.from({ length: count }, (_, index) => ({
    type: 'chat_message',
    payload: { roomId, content: `line ${index + 1}`, clientMessageId: `line-${index + 1}-of-this-room` },
  }));
  const answers = await sendOrders(page, [{ type: 'join_room', payload: { roomId } }, ...lines]);
  const refused = answers.slice(1).filter((answer) => answer !== 'message_ack');
  if (refused.length > 0) throw new Error(`Some lines were refused: ${[...new Set(refused)]}`);
}
