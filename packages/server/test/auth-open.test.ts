import { expect, test } from 'vitest';
import { AuthServer, bearer, PASSWORD } from './support/auth.ts';
import { aProblem, problemOf } from './support/http.ts';

const settings = { preset: 'open' };

test('FR-010 SR-001 a username alone logs in, and creates the user where it is new', async () => {
  const server = await AuthServer.start({ settings });
  const first = await server.post('login', { username: 'Ada' });
  expect(first.status).toBe(200);
  const again = await server.post('login', { username: 'ada', password: 'ignored' });
  const user = { username: 'Ada' };
  expect(first.json).toMatchObject({ user });
  expect(again.json).toMatchObject({ user });
  expect((again.json as { user: object }).user).toEqual((first.json as { user: object }).user);
  const { token } = again.json as { token: string };
  expect((await server.me(token)).json).toMatchObject({ user, preset: 'open' });
  expect((await server.store.users.findByName('ada'))?.passwordHash).toBeNull();
});

test('FR-010 many who come under one new name at once are one user', async () => {
  const server = await AuthServer.start({ settings });
  const answers = await Promise.all(['ada', 'Ada', 'ADA', 'aDA'].map((username) => server.post('login', { username })));
  expect(new Set(answers.map(({ json }) => (json as { user: { id: string } }).user.id)).size).toBe(1);
});

test('FR-010 the rules for usernames hold, and registering without a password works as well', async () => {
  const server = await AuthServer.start({ settings });
  for (const username of ['', 'ab', 'a b', '<i>']) {
    const answer = await server.post('login', { username });
    expect(problemOf(answer)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.username' }));
  }
  expect((await server.post('register', { username: 'ada' })).status).toBe(201);
  expect(problemOf(await server.post('register', { username: 'ada' }))).toEqual(
    aProblem(409, 'CONFLICT', { field: 'body.username' }),
  );
});

test('FR-010 D10 a first password is set by whoever is logged in, and lets them in when the preset becomes accounts', async () => {
  const open = await AuthServer.start({ settings });
  const login = async () => ((await open.post('login', { username: 'ada' })).json as { token: string }).token;
  const [here, elsewhere] = [await login(), await login()];
  const set = (body: object) => open.post('password', body, bearer(here));
  const needed = aProblem(400, 'VALIDATION_ERROR', { field: 'body.currentPassword' });
  expect(problemOf(await set({ currentPassword: 'a guess of it', newPassword: PASSWORD }))).toEqual(needed);
  expect((await set({ newPassword: PASSWORD })).status).toBe(204);
  expect((await open.me(elsewhere)).status).toBe(401);
  for (const body of [{ newPassword: 'another password' }, { currentPassword: '', newPassword: 'another password' }]) {
    expect(problemOf(await set(body))).toEqual(needed);
  }
  expect((await open.post('login', { username: 'ada' })).status).toBe(200); // a name is enough all the same
  const server = await open.restart();
  expect((await server.me(here)).status).toBe(401);
  await server.login('ada', PASSWORD);
});

test('D10 of two who set a first password at once, one succeeds', async () => {
  const server = await AuthServer.start({ settings });
  const login = async () => ((await server.post('login', { username: 'ada' })).json as { token: string }).token;
  const tokens = [await login(), await login()];
  const answers = await Promise.all(
    tokens.map((token, i) => server.post('password', { newPassword: `password ${i}` }, bearer(token))),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 400]);
  const winner = answers.findIndex(({ status }) => status === 204);
  await (await server.restart()).login('ada', `password ${winner}`);
});

test('FR-013 the one who finds the house full is told so in words, and not created', async () => {
  const full = 'The server is full: 10 people are here already. Try again later.';
  let isFull = false;
  const server = await AuthServer.start({ settings, admit: () => (isFull ? full : null) });
  await server.post('login', { username: 'ada' });
  isFull = true;
  for (const username of ['ada', 'eleventh']) {
    const refused = await server.post('login', { username });
    expect(problemOf(refused)).toEqual(aProblem(503, 'SERVER_BUSY'));
    expect(refused.json).toMatchObject({ detail: full });
  }
  expect(await server.store.users.findByName('eleventh')).toBeNull();
});

test('logins by name alone are limited: each costs a row on disk', async () => {
  const server = await AuthServer.start({ settings: { ...settings, registrationRate: 100, loginAttempts: 1 } });
  for (let i = 0; i < 20; i++) expect((await server.post('login', { username: 'ada' })).status).toBe(200);
  expect(problemOf(await server.post('login', { username: 'ada' }))).toEqual(aProblem(429, 'RATE_LIMITED'));
});

test('D10 what was a login by name alone is none once passwords are asked for', async () => {
  const open = await AuthServer.start({ settings });
  const { token } = (await open.post('login', { username: 'ada' })).json as { token: string };
  expect((await open.me(token)).status).toBe(200);
  const accounts = await open.restart({ settings: { preset: 'accounts' } });
  expect((await accounts.me(token)).status).toBe(401);
  for (const password of ['', PASSWORD]) {
    const answer = await accounts.post('login', { username: 'ada', password });
    expect(problemOf(answer)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect(answer.json).toMatchObject({ detail: 'Wrong username or password.' });
  }
});

test('D10 who comes through a proxy on this machine may create 30 names an hour, programs on it any number', async () => {
  const server = await AuthServer.start({ settings: { ...settings, registrationRate: 'auto' } });
  const enter = async (username: string, headers = {}) => (await server.post('login', { username }, headers)).status;
  for (let i = 0; i < 31; i++) expect(await enter(`program-${i}`)).toBe(200);
  const through = { 'x-forwarded-for': '198.51.100.7' };
  for (let i = 0; i < 30; i++) expect(await enter(`stranger-${i}`, through)).toBe(200);
  expect(await enter('one-more', through)).toBe(429);
  expect(await enter('a-program')).toBe(200);
});
