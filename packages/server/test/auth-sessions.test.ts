import { describe, expect, test } from 'vitest';
import { AuthServer, bearer, cookieOf, type LoginAnswer, PASSWORD } from './support/auth.ts';
import { aProblem, call, problemOf } from './support/http.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OTHER = 'another password';

/** The ends of sessions that the server tells of. */
function endsOf(server: AuthServer): { hash: string; reason: string }[] {
  const ends: { hash: string; reason: string }[] = [];
  server.auth.sessions.onEnded((hash, reason) => ends.push({ hash, reason }));
  return ends;
}

function hashOf(server: AuthServer, token: string): string {
  return server.auth.sessions.hashOf(token) ?? '';
}

async function isValid(server: AuthServer, token: string): Promise<boolean> {
  return (await server.me(token)).status === 200;
}

describe('expiry', () => {
  test('D10 a session ends 24 hours after its last use', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    for (let day = 0; day < 3; day++) {
      server.clock.advance(DAY - 1);
      const me = await server.me(token);
      expect(me.json).toMatchObject({ expiresAt: new Date(server.clock.now() + DAY).toISOString() });
    }
    server.clock.advance(DAY);
    const expired = await server.me(token);
    expect(problemOf(expired)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect((expired.json as { detail: string }).detail).toContain('expired');
  });

  test('D10 commands on a connection are uses too, and cost the store next to nothing', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    const hash = hashOf(server, token);
    server.clock.advance(HOUR);
    for (let i = 0; i < 1000; i++) server.auth.sessions.touch(hash);
    expect(server.extensions).toBe(0);
    server.clock.advance(HOUR);
    for (let i = 0; i < 1000; i++) server.auth.sessions.touch(hash);
    expect(server.extensions).toBe(1);
    const savedUntil = async () => (await server.store.sessions.find(hash))?.session.expiresAt;
    await expect.poll(savedUntil).toBe(server.clock.now() + DAY);
  });

  test('D10 a session lasts over a restart, and so does its end', async () => {
    const first = await AuthServer.start();
    const { token } = await first.register('ada');
    const gone = await first.login('ada');
    await first.post('logout', {}, bearer(gone.token));
    const second = await first.restart();
    expect(await isValid(second, token)).toBe(true);
    expect(await isValid(second, gone.token)).toBe(false);
    second.clock.advance(DAY);
    expect(await isValid(second, token)).toBe(false);
  });

  test('D15 the end of a session with connections is told, and of one that is used it is not', async () => {
    const server = await AuthServer.start();
    const [idle, busy] = [await server.register('ada'), await server.login('ada')];
    const ends = endsOf(server);
    for (const { token } of [idle, busy]) server.auth.sessions.watch(hashOf(server, token));
    server.clock.advance(DAY - 1);
    server.auth.sessions.touch(hashOf(server, busy.token));
    server.auth.sessions.sweep();
    expect(ends).toEqual([]);
    server.clock.advance(1);
    server.auth.sessions.sweep();
    expect(ends).toEqual([{ hash: hashOf(server, idle.token), reason: expect.stringContaining('expired') }]);
  });

  test('D15 the timer finds by itself what has expired', async () => {
    const server = await AuthServer.start({ settings: { sessionLifetime: '1s' } });
    const { token } = await server.register('ada');
    const ended = new Promise((resolve) => server.auth.sessions.onEnded(resolve));
    server.auth.sessions.watch(hashOf(server, token));
    server.clock.advance(1000); // the timer runs in real time, up to a second from now
    expect(await ended).toBe(hashOf(server, token));
  });

  test('D15 whoever begins to watch a session that has just ended is told', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    const ended = new Promise((resolve) => server.auth.sessions.onEnded(resolve));
    await server.post('logout', {}, bearer(token));
    server.auth.sessions.watch(hashOf(server, token));
    expect(await ended).toBe(hashOf(server, token));
  });

  test('D15 a session that nobody watches any more ends without a word', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    const ends = endsOf(server);
    const { sessions } = server.auth;
    const hash = hashOf(server, token);
    sessions.watch(hash);
    sessions.watch(hash);
    sessions.unwatch(hash);
    sessions.unwatch(hash);
    sessions.unwatch(hash);
    expect(await isValid(server, token)).toBe(true);
    await server.post('logout', {}, bearer(token));
    expect(ends).toEqual([]);
  });

  test('D17 dead sessions are deleted from the store, and living ones are not', async () => {
    const server = await AuthServer.start();
    const [dead, living] = [await server.register('ada'), await server.login('ada')];
    server.clock.advance(DAY - 1);
    await server.me(living.token);
    server.clock.advance(2 * HOUR);
    server.auth.sessions.sweep();
    const isStored = async ({ token }: LoginAnswer) =>
      (await server.store.sessions.find(hashOf(server, token))) !== null;
    await expect.poll(() => isStored(dead)).toBe(false);
    expect(await isStored(living)).toBe(true);
  });
});

test('D17 a session that was used since it was last saved is not taken for dead', async () => {
  const server = await AuthServer.start();
  const { token } = await server.register('ada');
  const dead = await server.login('ada');
  server.clock.advance(HOUR);
  await server.me(token);
  expect(server.extensions).toBe(0);
  server.clock.advance(DAY - HOUR / 2);
  server.auth.sessions.sweep();
  server.clock.advance(HOUR / 4);
  expect(await isValid(server, token)).toBe(true);
  expect(await isValid(server, dead.token)).toBe(false);
  expect(await server.store.sessions.find(hashOf(server, token))).not.toBeNull();
});

describe('logout', () => {
  test('D10 D15 logout ends this session and no other', async () => {
    const server = await AuthServer.start();
    const [here, there] = [await server.register('ada'), await server.login('ada')];
    const ends = endsOf(server);
    for (const { token } of [here, there]) server.auth.sessions.watch(hashOf(server, token));
    expect((await server.post('logout', {}, bearer(here.token))).status).toBe(204);
    expect(ends).toEqual([{ hash: hashOf(server, here.token), reason: 'You have logged out.' }]);
    expect([await isValid(server, here.token), await isValid(server, there.token)]).toEqual([false, true]);
  });

  test('logout takes the cookie away, with any body and without one, and also where nobody is logged in', async () => {
    const server = await AuthServer.start();
    await server.register('ada');
    const json = { 'content-type': 'application/json' };
    const forms = [
      { headers: json, body: '{}' },
      { headers: json, body: '' },
      { headers: json },
      { headers: {} },
      { headers: {}, body: '' },
    ];
    for (const { headers, ...body } of forms) {
      const cookie = cookieOf(await server.post('login', { username: 'ada', password: PASSWORD }));
      for (let again = 0; again < 2; again++) {
        const options = { method: 'POST', path: '/api/auth/logout', headers: { cookie, ...headers }, ...body };
        const answer = await call(server.port, options);
        expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
        expect(answer.headers['set-cookie']).toEqual([
          'roomcast_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict',
        ]);
        expect((await server.get('/api/auth/me', { cookie })).status).toBe(401);
      }
    }
    expect((await server.post('logout', {})).status).toBe(204);
  });

  test('D10 D15 logout everywhere ends all sessions of this user and of nobody else', async () => {
    const server = await AuthServer.start();
    const [here, there, bob] = [await server.register('ada'), await server.login('ada'), await server.register('bob')];
    const ends = endsOf(server);
    for (const { token } of [here, there, bob]) server.auth.sessions.watch(hashOf(server, token));
    const answer = await server.post('logout-all', {}, bearer(here.token));
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    expect(ends.map(({ hash }) => hash).sort()).toEqual([here, there].map(({ token }) => hashOf(server, token)).sort());
    expect([await isValid(server, there.token), await isValid(server, bob.token)]).toEqual([false, true]);
    expect((await server.post('logout-all', {}, bearer(here.token))).status).toBe(401);
  });

  test('D15 a lookup that is under way does not bring a session back that ends meanwhile', async () => {
    const held = Promise.withResolvers<void>();
    const found = Promise.withResolvers<void>();
    const first = await AuthServer.start();
    const { token } = await first.register('ada');
    const afterLookup = async () => {
      found.resolve();
      await held.promise;
    };
    const server = await first.restart({ afterLookup });
    const asking = server.me(token);
    await found.promise; // the store has answered: the session is good
    await server.auth.sessions.end(hashOf(server, token), 'You have logged out.');
    held.resolve();
    expect((await asking).status).toBe(401);
    expect(await isValid(server, token)).toBe(false);
  });
});

describe('password', () => {
  const change = (server: AuthServer, token: string, currentPassword: string, newPassword: string) =>
    server.post('password', { currentPassword, newPassword }, bearer(token));

  test('D10 D15 another password ends all other sessions of the user, and this one stays', async () => {
    const server = await AuthServer.start();
    const [here, there, bob] = [await server.register('ada'), await server.login('ada'), await server.register('bob')];
    const ends = endsOf(server);
    for (const { token } of [here, there, bob]) server.auth.sessions.watch(hashOf(server, token));
    expect((await change(server, here.token, PASSWORD, OTHER)).status).toBe(204);
    expect(ends).toEqual([{ hash: hashOf(server, there.token), reason: expect.stringContaining('password') }]);
    expect(await isValid(server, here.token)).toBe(true);
    expect(await isValid(server, there.token)).toBe(false);
    expect(await isValid(server, bob.token)).toBe(true);
    expect((await server.post('login', { username: 'ada', password: PASSWORD })).status).toBe(401);
    await server.login('ada', OTHER);
  });

  test('D10 it needs the current password, a session and a new password by the rules', async () => {
    const server = await AuthServer.start();
    const { token } = await server.register('ada');
    const wrong = await change(server, token, 'not the password', OTHER);
    expect(problemOf(wrong)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.currentPassword' }));
    const short = await change(server, token, PASSWORD, 'short');
    expect(problemOf(short)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.newPassword' }));
    expect(problemOf(await change(server, 'x'.repeat(43), PASSWORD, OTHER))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    await server.login('ada');
  });

  test('D10 whoever has got hold of a session cannot go on guessing the password', async () => {
    const server = await AuthServer.start({ settings: { loginAttempts: 3 } });
    const { token } = await server.register('ada');
    for (let i = 0; i < 3; i++) expect((await change(server, token, `guess ${i}`, OTHER)).status).toBe(400);
    expect(problemOf(await change(server, token, PASSWORD, OTHER))).toEqual(aProblem(429, 'RATE_LIMITED'));
  });

  test('D10 a login with the old password that runs beside the change does not survive it', async () => {
    const held = Promise.withResolvers<void>();
    let creations = 0;
    const server = await AuthServer.start({
      beforeCreation: async () => {
        if (creations++ > 0) await held.promise;
      },
    });
    const { token } = await server.register('ada');
    const late = server.post('login', { username: 'ada', password: PASSWORD });
    await expect.poll(() => creations).toBe(2); // the password was right
    expect((await change(server, token, PASSWORD, OTHER)).status).toBe(204);
    held.resolve();
    expect(problemOf(await late)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect(await server.store.sessions.deleteOfUser(1, hashOf(server, token))).toEqual([]);
    expect(await isValid(server, token)).toBe(true);
  });
});
