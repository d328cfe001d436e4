// A backend behind Roomcast, in Node without dependencies: orders come in as events, what becomes of them goes out as
// pushes. See docs/guides/gateway.md.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { PORT = '3000', ROOMCAST_URL = 'http://127.0.0.1:8080' } = process.env;
const JWT_SECRET = secret('ROOMCAST_JWT_SECRET');
const FORWARD_SECRET = secret('ROOMCAST_FORWARD_SECRET');
const API_KEY = process.env.ROOMCAST_API_KEY ?? ''; // with it pushes carry the key, without it they are signed
const PUSH_SECRET = API_KEY === '' ? secret('ROOMCAST_PUSH_SECRET') : '';

const PAGE = readFileSync(new URL('../gateway-page/index.html', import.meta.url));
/** Seconds that the clocks may differ, and for which a stolen request could be sent again. */
const WINDOW = 300;
const LARGEST_BODY = 2 * 1024 * 1024;

// In memory, to keep this short. A real backend has them in its database, and there the answer to an event is written in
// the same transaction as what the event did: then neither a crash nor a repetition can do it twice or not at all.
const orders = [];
const first = Math.floor(Date.now() / 1000); // no order has the number of one that was forgotten at the last start
const answers = new Map(); // event id → what was answered
const sessions = new Map(); // user id → session → { sequence, isOpen }

const server = createServer(async (request, response) => {
  const answer = (status, value) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  try {
    const { pathname, searchParams } = new URL(request.url, 'http://backend');
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
      case 'GET /token':
        // A real backend finds out first who asks, by its own login, and makes a token for nobody but them.
        return answer(200, { token: makeToken(searchParams.get('user') ?? ''), url: ROOMCAST_URL });
      case 'GET /state':
        return answer(200, { orders, online: online() });
      case 'POST /events': {
        const body = await read(request);
        if (!isFromRoomcast(request.headers, body)) return answer(401, { error: 'The signature is wrong.' });
        return answer(200, take(JSON.parse(body)));
      }
      case 'POST /ship':
        return answer(200, await ship(Number(searchParams.get('order'))));
      default:
        return answer(404, { error: 'There is nothing here.' });
    }
  } catch (error) {
    // 5xx means "not now": Roomcast sends the event again. A 4xx would mean "never", and make it a dead letter.
    console.error(error);
    if (!response.headersSent) answer(500, { error: 'The backend failed.' });
  }
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`Backend is running: http://127.0.0.1:${server.address().port}/`);
});

/** Whether a request was signed with our secret, lately: HMAC-SHA256 of `ID.TIMESTAMP.BODY`, the body byte for byte. */
function isFromRoomcast(headers, body) {
  const { 'roomcast-event-id': id, 'roomcast-timestamp': timestamp, 'roomcast-signature': given } = headers;
  if (!id || !given || !/^\d{1,12}$/.test(timestamp ?? '')) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > WINDOW) return false;
  const digest = createHmac('sha256', FORWARD_SECRET).update(`${id}.${timestamp}.`).update(body).digest('hex');
  const right = Buffer.from(`v1=${digest}`);
  const got = Buffer.from(given);
  return got.length === right.length && timingSafeEqual(got, right); // takes as long however much of it is right
}

/** What an event does, and the answer to it. An event may come twice; what it does is done once. */
function take(event) {
  const known = answers.get(event.id);
  if (known) return known;
  const answer = handle(event);
  answers.set(event.id, answer);
  return answer;
}

function handle(event) {
  if (event.kind !== 'event') return follow(event);
  if (event.event !== 'order') return { ack: { ok: false, error: `There is no event ${event.event}.` } };
  const item = event.data?.item;
  // A no to the user is an answer like any other: the event was taken.
  if (typeof item !== 'string' || item === '') return { ack: { ok: false, error: 'Say which item.' } };
  const order = { order: first + orders.length, userId: event.userId, item };
  orders.push(order);
  return {
    ack: { ok: true, order: order.order },
    push: [{ userId: event.userId, event: 'order_taken', data: order }], // to all of the user's tabs and devices
  };
}

/**
 * Who is here. Each session of a user has a number of its own and counts its events; what has not a higher sequence than
 * the last is late, and says how things were.
 */
function follow({ kind, userId, session, sequence }) {
  const ofUser = sessions.get(userId) ?? new Map();
  sessions.set(userId, ofUser);
  if (sequence <= (ofUser.get(session)?.sequence ?? 0)) return {};
  ofUser.set(session, { sequence, isOpen: kind !== 'disconnected' });
  return {};
}

/** Users with at least one open session: two tabs are two. */
function online() {
  const isHere = (ofUser) => [...ofUser.values()].some(({ isOpen }) => isOpen);
  return [...sessions].filter(([, ofUser]) => isHere(ofUser)).map(([userId]) => userId);
}

/** Tells the user, whenever it is: it need not be the answer to anything. The id makes a repetition harmless. */
async function ship(number) {
  const order = orders.find(({ order }) => order === number);
  if (!order) return { error: 'There is no such order.' };
  return push({ userId: order.userId, event: 'order_shipped', data: order, id: `order-${number}-shipped` });
}

async function push(message) {
  const body = JSON.stringify(message);
  const response = await fetch(`${ROOMCAST_URL}/api/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentials('POST', '/api/push', body) },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`Roomcast answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** A key, or the HMAC-SHA256 of `TIMESTAMP LF METHOD LF PATH LF BODY`. Each is good once: decimals tell twins apart. */
function credentials(method, path, body) {
  if (API_KEY !== '') return { authorization: `Bearer ${API_KEY}` };
  const timestamp = ((performance.timeOrigin + performance.now()) / 1000).toFixed(6);
  const hmac = createHmac('sha256', PUSH_SECRET).update(`${timestamp}\n${method}\n${path}\n`).update(body);
  return { 'roomcast-timestamp': timestamp, 'roomcast-signature': `v1=${hmac.digest('hex')}` };
}

/** A JWT (HS256) that says who somebody is, for a quarter of an hour. Any JWT library does the same. */
function makeToken(userId) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: userId, exp: Math.floor(Date.now() / 1000) + 900 };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
}

async function read(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function secret(name) {
  const value = process.env[name] ?? '';
  if (value.length >= 32) return value;
  console.error(`Set ${name} to the secret that Roomcast has too, at least 32 characters.`);
  process.exit(1);
}
