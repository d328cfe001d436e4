import { describe, expect, test } from 'vitest';
import { Passwords } from '../src/auth/passwords.ts';
import { AuthServer, bearer, cookieOf, type LoginAnswer, PASSWORD } from './support/auth.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { TIMED } from './support/timed.ts';

const OTHER = 'another password';
const WRONG = { detail: 'Wrong username or password.' };

describe('registration', () => {
  test('D10 who registers is logged in at once', async () => {
    const server = await AuthServer.start();
    const answer = await server.post('register', { username: 'Ada', password: PASSWORD });
    expect(answer.status).toBe(201);
    const { token, user, expiresAt } = answer.json as LoginAnswer;
    expect(user).toEqual({
      id: expect.any(String),
      username: 'Ada',
      createdAt: new Date(server.clock.now()).toISOString(),
    });
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(Date.parse(expiresAt) - server.clock.now()).toBe(24 * 3_600_000);
    expect((await server.me(token)).json).toEqual({ user, expiresAt, preset: 'accounts' });
    expect(await server.get('/api/auth/me', { cookie: cookieOf(answer) })).toMatchObject({
      status: 200,
      json: { user },
    });
  });

  test('D10a a username is taken whatever its case', async () => {
    const server = await AuthServer.start();
    await server.register('Ada');
    for (const username of ['Ada', 'ada', 'ADA']) {
      const answer = await server.post('register', { username, password: OTHER });
      expect(problemOf(answer)).toEqual(aProblem(409, 'CONFLICT', { field: 'body.username' }));
      expect(answer.json).toMatchObject({ detail: 'Username taken' });
    }
    expect((await server.login('aDa')).user.username).toBe('Ada');
  });

  test('D10a of many who register one name at once, one gets it', async () => {
    const server = await AuthServer.start();
    const names = ['grace', 'Grace', 'GRACE', 'gRACE', 'grACE'];
    const answers = await Promise.all(
      names.map((username) => server.post('register', { username, password: PASSWORD })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test('D10a a username has 3 to 20 letters, digits, "_" and "-"', async () => {
    const server = await AuthServer.start();
    for (const username of ['ab', 'x'.repeat(21), 'a b c', ' ada', 'ädä', '<b>x</b>', '', 'a\u0000b']) {
      const answer = await server.post('register', { username, password: PASSWORD });
      expect(problemOf(answer)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.username' }));
      expect((answer.json as { detail: string }).detail).toMatch(/^Usernames /);
    }
    for (const username of ['a-1', '___', 'x'.repeat(20)]) await server.register(username);
  });

  test('D10a a password has at least 8 characters, whichever, and each of them counts', async () => {
    const server = await AuthServer.start();
    for (const password of ['', '1234567', '🎉'.repeat(7), 'x'.repeat(1025), 'e\u0301'.repeat(7)]) {
      const answer = await server.post('register', { username: 'short', password });
      expect(problemOf(answer)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.password' }));
    }
    const good = ['        ', 'pässwörd', '🎉'.repeat(8), '\u0000\u0001\t\r\n"\\\'', '🎉'.repeat(1024), ' trimmed? '];
    for (const [i, password] of good.entries()) {
      await server.register(`user-${i}`, password);
      await server.login(`user-${i}`, password);
      for (const other of [`${password}x`, password.slice(0, -1), `${password} `]) {
        expect((await server.post('login', { username: `user-${i}`, password: other })).status).toBe(401);
      }
    }
  });

  test.each([
    [{}, 'body.username'],
    [{ username: 'ada' }, 'body.password'],
    [{ username: 7, password: PASSWORD }, 'body.username'],
    [{ username: 'ada', password: ['x'] }, 'body.password'],
    [[], 'body'],
  ])('the body %j is refused with the field', async (body, field) => {
    const server = await AuthServer.start();
    for (const path of ['register', 'login']) {
      expect(problemOf(await server.post(path, body))).toEqual(aProblem(400, 'VALIDATION_ERROR', { field }));
    }
  });

  test('a body of megabytes is not read', async () => {
    const server = await AuthServer.start();
    const answer = await server.post('login', { username: 'ada', password: 'x'.repeat(100_000) });
    expect(problemOf(answer)).toEqual(aProblem(413, 'PAYLOAD_TOO_LARGE'));
  });

  test('accounts from one address are limited', async () => {
    const server = await AuthServer.start({ settings: { registrationRate: 2 } });
    await server.register('first');
    await server.register('second');
    const refused = await server.post('register', { username: 'third', password: PASSWORD });
    expect(problemOf(refused)).toEqual(aProblem(429, 'RATE_LIMITED'));
    expect(refused.json).toMatchObject({ retryAfter: 1_800_000 });
    expect(refused.headers['retry-after']).toBe('1800');
    server.clock.advance(1_800_000);
    await server.register('third');
  });
});

describe('login', () => {
  test('D10 a wrong password, an unknown user and one without a password are answered alike', async () => {
    const server = await AuthServer.start();
    await server.register('ada');
    await server.store.users.create({ id: 'by-name-alone', username: 'bob', passwordHash: null, createdAt: 0 });
    const tries = ['ada', 'nobody', 'bob', 'no such name'].map((username) => {
      return server.post('login', { username, password: 'not the password' });
    });
    const [first, ...others] = await Promise.all(tries);
    if (!first) throw new Error('no answer');
    expect(problemOf(first)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect(first.json).toMatchObject(WRONG);
    expect(first.headers['www-authenticate']).toBe('Bearer');
    expect(first.headers['set-cookie']).toBeUndefined();
    for (const { status, text } of others) expect({ status, text }).toEqual({ status: 401, text: first.text });
  });

  test('D10 a wrong password and an unknown user take equally long', TIMED, async () => {
    const server = await AuthServer.start({ settings: { loginAttempts: 0 } });
    await server.register('ada');
    const took = async (username: string): Promise<number> => {
      const start = performance.now();
      await server.post('login', { username, password: 'not the password' });
      return performance.now() - start;
    };
    const times: Record<'ada' | 'nobody', number[]> = { ada: [], nobody: [] };
    await took('ada');
    for (let i = 0; i < 15; i++) for (const who of ['ada', 'nobody'] as const) times[who].push(await took(who));
    const median = (all: number[]): number => all.sort((a, b) => a - b)[7] ?? 0;
    // Without the comparison with nobody's hash the ratio would be above 5.
    const ratio = median(times.ada) / median(times.nobody);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test('D10 guessing is slowed down with the time to wait, also for the right password, and nobody else is', async () => {
    const server = await AuthServer.start({ settings: { loginAttempts: 3, trustedProxies: '127.0.0.1' } });
    await server.register('ada');
    await server.register('bob');
    const from = (address: string, username: string, password: string) =>
      server.post('login', { username, password }, { 'x-forwarded-for': address });
    for (let i = 0; i < 3; i++) expect((await from('192.0.2.1', 'ada', `guess ${i}`)).status).toBe(401);
    const refused = await from('192.0.2.1', 'ADA', PASSWORD);
    expect(problemOf(refused)).toEqual(aProblem(429, 'RATE_LIMITED'));
    expect(refused.json).toMatchObject({ retryAfter: 300_000 });
    expect(refused.headers['retry-after']).toBe('300');
    expect((await from('192.0.2.2', 'ada', PASSWORD)).status).toBe(200);
    expect((await from('192.0.2.1', 'bob', PASSWORD)).status).toBe(200);
    server.clock.advance(300_000);
    expect((await from('192.0.2.1', 'ada', PASSWORD)).status).toBe(200);
    for (let i = 0; i < 3; i++) expect((await from('192.0.2.1', 'ada', `guess ${i}`)).status).toBe(401);
  });

  test('D10 many guesses at once are counted before any of them is judged', async () => {
    const server = await AuthServer.start({ settings: { loginAttempts: 3 } });
    await server.register('ada');
    const guesses = Array.from({ length: 12 }, (_, i) =>
      server.post('login', { username: 'ada', password: `guess ${i}` }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(9);
  });

  test('D10 a flood of logins is shed, and the server goes on', async () => {
    const server = await AuthServer.start({ settings: { loginAttempts: 0 } });
    await server.register('ada');
    const flood = Array.from({ length: 150 }, () => server.post('login', { username: 'ada', password: 'wrong one' }));
    expect((await server.get('/api/auth/config')).status).toBe(200);
    const answers = await Promise.all(flood);
    const shed = answers.filter(({ status }) => status === 503);
    expect(shed.length).toBeGreaterThan(0);
    for (const answer of shed) expect(problemOf(answer)).toEqual(aProblem(503, 'OVERLOADED'));
    expect(answers.every(({ status }) => status === 401 || status === 503)).toBe(true);
    await server.login('ada');
  });

  test('D10 neither the password nor the token is in the store', async () => {
    const server = await AuthServer.start();
    const { token, user } = await server.register('ada');
    const stored = await server.store.users.findByName('ada');
    expect(stored).toMatchObject({ id: user.id, passwordHash: expect.stringMatching(/^\$argon2id\$/) });
    const hash = server.auth.sessions.hashOf(token) ?? '';
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await server.store.sessions.find(hash)).toMatchObject({
      session: { tokenHash: hash, userKey: stored?.key },
    });
    expect(await server.store.sessions.find(token)).toBeNull();
  });

  test('D10 a hash that was made at another cost is made anew at the login, also by several at once', async () => {
    const server = await AuthServer.start();
    const cheap = await new Passwords({ memoryCost: 8192, timeCost: 1, parallelism: 1 }).hash(PASSWORD);
    const { key } = await server.store.users.create({
      id: 'u',
      username: 'ada',
      passwordHash: cheap,
      createdAt: 0,
    });
    const logins = await Promise.all(
      Array.from({ length: 4 }, () => server.post('login', { username: 'ada', password: PASSWORD })),
    );
    expect(logins.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const renewed = (await server.store.users.findByKey(key))?.passwordHash;
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await server.login('ada', PASSWORD);
    expect((await server.store.users.findByKey(key))?.passwordHash).toBe(renewed);
  });

  test('a server that is full says so in words, and only to those whose password is right', async () => {
    const full = 'The server is full: 10 people are here already. Try again later.';
    let ada = '';
    const server = await AuthServer.start({ admit: (userId) => (ada === '' || userId === ada ? null : full) });
    await server.register('bob');
    ada = (await server.register('ada')).user.id;
    expect((await server.login('ada')).user.id).toBe(ada);
    for (const [path, username] of [
      ['login', 'bob'],
      ['register', 'new-one'],
    ] as const) {
      const refused = await server.post(path, { username, password: PASSWORD });
      expect(problemOf(refused)).toEqual(aProblem(503, 'SERVER_BUSY'));
      expect(refused.json).toMatchObject({ detail: full });
    }
    expect((await server.post('login', { username: 'bob', password: 'wrong one' })).status).toBe(401);
    expect(await server.store.users.findByName('new-one')).toBeNull();
  });
});

describe('credentials', () => {
  test('the cookie and the bearer token are the same session, and the bearer token wins', async () => {
    const server = await AuthServer.start();
    const ada = await server.post('register', { username: 'ada', password: PASSWORD });
    const bob = await server.register('bob');
    const cookie = cookieOf(ada);
    const who = async (headers: Record<string, string>) => {
      const { status, json } = await server.get('/api/auth/me', headers);
      return status === 200 ? (json as LoginAnswer).user.username : status;
    };
    expect(await who({ cookie })).toBe('ada');
    expect(await who({ cookie: `theme=dark; ${cookie}; a=b` })).toBe('ada');
    expect(await who(bearer(bob.token))).toBe('bob');
    expect(await who({ authorization: `bearer   ${bob.token} ` })).toBe('bob');
    expect(await who({ cookie, ...bearer(bob.token) })).toBe('bob');
    expect(await who({ cookie, ...bearer('x'.repeat(43)) })).toBe(401);
    expect(await who({ cookie, authorization: 'Basic YWRhOnB3' })).toBe('ada'); // of a proxy in front
    for (const nothing of ['', 'x', 'x'.repeat(43), `${bob.token}x`]) {
      expect(await who(bearer(nothing))).toBe(401);
      expect(await who({ cookie: `roomcast_session=${nothing}` })).toBe(401);
    }
    expect(problemOf(await server.get('/api/auth/me'))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('SR-006 the cookie is out of reach for scripts and other sites, and secure where the proxy speaks TLS', async () => {
    const server = await AuthServer.start({ settings: { trustedProxies: '127.0.0.1' } });
    await server.register('ada');
    const body = { username: 'ada', password: PASSWORD };
    const plain = (await server.post('login', body)).headers['set-cookie']?.[0];
    expect(plain).toMatch(/^roomcast_session=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Strict$/);
    const tls = { 'x-forwarded-proto': 'https' };
    const answer = await server.post('login', body, tls);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-roomcast_session=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    const cookie = cookieOf(answer);
    expect((await server.get('/api/auth/me', { cookie, ...tls })).status).toBe(200);
    expect((await server.get('/api/auth/me', { cookie })).status).toBe(401);
    const gone = await server.post('logout', {}, { cookie, ...tls });
    expect(gone.headers['set-cookie']?.[0]).toMatch(/^__Host-roomcast_session=; Max-Age=0; .*Secure/);
  });

  test('SR-006 a client cannot make itself look secure', async () => {
    const server = await AuthServer.start();
    const answer = await server.post(
      'register',
      { username: 'ada', password: PASSWORD },
      { 'x-forwarded-proto': 'https' },
    );
    expect(answer.headers['set-cookie']?.[0]).not.toContain('Secure');
  });

  test('`me` renews the cookie, and no other answer', async () => {
    const server = await AuthServer.start({ settings: { sessionLifetime: '1h' } });
    const login = await server.post('register', { username: 'ada', password: PASSWORD });
    const cookie = cookieOf(login);
    const me = await server.get('/api/auth/me', { cookie });
    expect(me.headers['set-cookie']).toEqual([`${cookie}; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict`]);
    expect((await server.me((login.json as LoginAnswer).token)).headers['set-cookie']).toBeUndefined();
  });

  test('nothing of it is kept in caches', async () => {
    const server = await AuthServer.start();
    const answers = await Promise.all([
      server.get('/api/auth/config'),
      server.get('/api/auth/me'),
      server.post('login', { username: 'ada', password: PASSWORD }),
      server.post('login', {}),
      server.post('register', { username: 'ada', password: PASSWORD }),
      server.post('logout', {}),
    ]);
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
  });

  test('SR-006 pages of other sites can neither log in nor out', async () => {
    const server = await AuthServer.start({ settings: { allowedOrigins: 'https://app.example' } });
    const cookie = cookieOf(await server.post('register', { username: 'ada', password: PASSWORD }));
    const body = { username: 'ada', password: PASSWORD };
    for (const origin of ['https://evil.example', 'null']) {
      for (const path of ['login', 'register', 'logout', 'logout-all', 'password', 'ticket']) {
        expect(problemOf(await server.post(path, body, { origin, cookie }))).toEqual(
          aProblem(403, 'ORIGIN_NOT_ALLOWED'),
        );
        const bare = { method: 'POST', path: `/api/auth/${path}`, headers: { origin, cookie } };
        expect(problemOf(await call(server.port, bare))).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
      }
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded', cookie };
    const posted = await call(server.port, { method: 'POST', path: '/api/auth/logout', headers: form, body: 'a=b' });
    expect(problemOf(posted)).toEqual(aProblem(415, 'UNSUPPORTED_MEDIA_TYPE'));
    expect((await server.get('/api/auth/me', { cookie })).status).toBe(200);
    expect((await server.post('login', body, { origin: 'https://app.example' })).status).toBe(200);
  });

  test('the form learns what it has to ask for', async () => {
    const expected = { usernameMin: 3, usernameMax: 20, passwordMin: 8 };
    for (const preset of ['accounts', 'open']) {
      const server = await AuthServer.start({ settings: { preset } });
      expect((await server.get('/api/auth/config')).json).toEqual({ preset, ...expected });
    }
  });

  test('all of it is in the OpenAPI document', async () => {
    const server = await AuthServer.start();
    const { paths } = (await server.get('/docs/json')).json as { paths: Record<string, Record<string, unknown>> };
    for (const path of ['register', 'login', 'logout', 'logout-all', 'password', 'ticket']) {
      expect(paths[`/api/auth/${path}`]).toMatchObject({ post: { tags: ['Accounts'], responses: { '4XX': {} } } });
    }
    for (const path of ['me', 'config']) expect(paths[`/api/auth/${path}`]).toHaveProperty('get');
  });
});
