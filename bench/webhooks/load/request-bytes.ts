const BODY_BYTES = 1024;
/** Numbers are as long from the first to the last, and all bodies with them. */
const FIRST = 1_000_000;
const BEFORE = '{"number":';
const BEHIND = behind(`${BEFORE}${FIRST}`, ',"event":"order.updated","text":"Größe → \\"XL\\" 👕 ', '"}');

/** Of the n-th request, counted from 0: JSON of 1 kB. */
export function bodyOf(n: number): string {
  return `${BEFORE}${FIRST + n}${BEHIND}`;
}

/** Which request a body belongs to; NaN where it is not one of ours, or not as it was sent. */
export function numberIn(body: string | null): number {
  const n = Number(body?.slice(BEFORE.length, BEFORE.length + `${FIRST}`.length)) - FIRST;
  return Number.isInteger(n) && n >= 0 && body === bodyOf(n) ? n : Number.NaN;
}

export function requestOf(webhookId: string, n: number): Buffer {
  const body = Buffer.from(bodyOf(n));
  const head = [
    `POST /hooks/${webhookId}/orders?source=bench&n=${n} HTTP/1.1`,
    'Host: 127.0.0.1',
    'User-Agent: bench/1.0',
    'Content-Type: application/json; charset=utf-8',
    'X-Signature: sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    `Content-Length: ${body.length}`,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), body]);
}

/** Fills up what stands behind the number. */
function behind(before: string, begin: string, end: string): string {
  return `${begin}${'x'.repeat(BODY_BYTES - Buffer.byteLength(before + begin + end))}${end}`;
}
