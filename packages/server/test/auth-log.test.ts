import { expect, test } from 'vitest';
import { AuthServer, bearer, cookieOf, type LoginAnswer, PASSWORD } from './support/auth.ts';
import { call, UPGRADE } from './support/http.ts';

test('SR-003 OR-003 logins, their failures and what follows are logged with who and from where', async () => {
  const server = await AuthServer.start({ settings: { loginAttempts: 2 } });
  const address = '127.0.0.1';
  const { token, user } = await server.register('ada');
  const ids = { userId: user.id, username: 'ada', address };
  expect(server.logged('user registered')).toMatchObject([{ level: 30, ...ids }]);
  expect(server.logged('user logged in')).toMatchObject([ids]);
  await server.post('login', { username: 'ada', password: 'wrong one' });
  await server.post('login', { username: 'nobody', password: 'wrong one' });
  expect(server.logged('login failed')).toMatchObject([
    { level: 40, username: 'ada', address },
    { level: 40, username: 'nobody', address },
  ]);
  await server.post('login', { username: 'ada', password: 'wrong two' });
  await server.post('login', { username: 'ada', password: PASSWORD });
  expect(server.logged('login throttled')).toMatchObject([{ level: 40, username: 'ada', address }]);
  server.clock.advance(3_600_000);
  await server.post('password', { currentPassword: PASSWORD, newPassword: 'another password' }, bearer(token));
  expect(server.logged('password changed')).toMatchObject([ids]);
  await call(server.port, { path: '/ws/chat?ticket=wrong', headers: { ...UPGRADE } });
  expect(server.logged('upgrade refused')).toMatchObject([
    { level: 40, code: 'UNAUTHENTICATED', path: '/ws/chat', address },
  ]);
  await server.post('logout', {}, bearer(token));
  expect(server.logged('user logged out')).toMatchObject([ids]);
  const { token: second } = await server.login('ada', 'another password');
  await server.post('logout-all', {}, bearer(second));
  expect(server.logged('user logged out everywhere')).toMatchObject([ids]);
});

test('SR-003 G8.3 no password, token, ticket, cookie or hash is ever logged', async () => {
  const server = await AuthServer.start();
  const secrets = [PASSWORD, 'the wrong password', 'the next password', 'password as the name'];
  const login = await server.post('register', { username: 'ada', password: PASSWORD });
  const { token } = login.json as LoginAnswer;
  const { ticket } = (await server.post('ticket', {}, bearer(token))).json as { ticket: string };
  const spent = (await server.post('ticket', {}, bearer(token))).json as { ticket: string };
  secrets.push(token, ticket, spent.ticket, server.auth.sessions.hashOf(token) ?? '', cookieOf(login));
  secrets.push((await server.store.users.findByName('ada'))?.passwordHash ?? '');
  await server.post('login', { username: 'ada', password: 'the wrong password' });
  await server.post('login', { username: 'password as the name', password: '' });
  await server.post('login', { username: ['ada'], password: PASSWORD });
  await call(server.port, {
    method: 'POST',
    path: '/api/auth/login',
    headers: { 'content-type': 'application/json' },
    body: `{"username": "ada", "password": "${PASSWORD}"`,
  });
  await server.post('password', { currentPassword: PASSWORD, newPassword: 'the next password' }, bearer(token));
  for (const path of [`/ws/chat?ticket=${ticket}`, `/ws/chat?ticket=${ticket}`, `/nowhere?ticket=${spent.ticket}`]) {
    await call(server.port, { path, headers: { ...UPGRADE, cookie: cookieOf(login) } });
    await call(server.port, { path, headers: { cookie: cookieOf(login) } });
  }
  await server.post('logout', {}, { cookie: cookieOf(login) });
  const all = server.lines.join('');
  expect(all).toContain('login failed');
  expect(all).toContain('upgrade refused');
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    expect(all).not.toContain(secret);
  }
});

test('SR-003 an attack cannot push the log out of its files', async () => {
  const server = await AuthServer.start();
  const upgrade = () => call(server.port, { path: '/ws/chat', headers: { ...UPGRADE } });
  await Promise.all(Array.from({ length: 50 }, upgrade));
  expect(server.logged('upgrade refused')).toHaveLength(20);
  server.clock.advance(2000);
  await upgrade();
  expect(server.logged('upgrade refused').at(-1)).toMatchObject({ suppressed: 30 });
});
