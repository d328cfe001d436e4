import { expect, test } from 'vitest';
import { Passwords } from '../auth/passwords.ts';
import type { Clock } from '../util/clock.ts';
import { HeldWebhook } from './held-webhook.ts';
import { Locks } from './locks.ts';
import { hashOfSecret, newSecret } from './secret.ts';
import { readSettings } from './settings.ts';

const ADDRESS = '192.0.2.1';
const SECRET = newSecret();

function setUp() {
  let now = 0;
  const clock: Clock = { now: () => now, monotonic: () => now };
  const passwords = new Passwords({ memoryCost: 64, timeCost: 1, parallelism: 1 });
  const locks = new Locks({ passwords, clock, attempts: 3, window: 60_000 });
  const webhook = (named: boolean, passwordHash: string | null = null, id = 'x') => {
    const stored = { id, named, secretHash: hashOfSecret(SECRET), passwordHash };
    const settings = readSettings('', { webhookRequests: 1, webhookAge: 0 });
    return new HeldWebhook({ ...stored, settings: '', creator: '', createdAt: 0 }, settings);
  };
  return { locks, webhook, advance: (ms: number) => (now += ms) };
}

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

test('W11 who knows an id that nobody can guess may watch; a named webhook needs its secret', async () => {
  const { locks, webhook } = setUp();
  await locks.requireWatch(webhook(false), {}, ADDRESS);
  await locks.requireWatch(webhook(true), { secret: SECRET }, ADDRESS);
  await expect(locks.requireWatch(webhook(true), {}, ADDRESS)).rejects.toEqual(
    refusal('UNAUTHENTICATED', 'its secret'),
  );
  await expect(locks.requireWatch(webhook(true), { password: 'whatever' }, ADDRESS)).rejects.toEqual(
    refusal('UNAUTHENTICATED', 'its secret'),
  );
  await expect(locks.requireWatch(webhook(true), { secret: newSecret() }, ADDRESS)).rejects.toEqual(
    refusal('UNAUTHENTICATED', 'not the secret'),
  );
});

test('W11 what changes a webhook needs its secret, and nothing else will do', () => {
  const { locks, webhook } = setUp();
  locks.requireSecret(webhook(false), SECRET);
  for (const secret of [undefined, '', 'whsec_', newSecret(), hashOfSecret(SECRET)]) {
    expect(() => locks.requireSecret(webhook(false), secret)).toThrow(refusal('UNAUTHENTICATED', 'secret'));
  }
});

test('W11 a password opens a webhook, and so many guesses from one address close it to that address', async () => {
  const { locks, webhook, advance } = setUp();
  const locked = webhook(false, await locks.hashOf('x', 'correct horse'));
  await expect(locks.requireWatch(locked, {}, ADDRESS)).rejects.toEqual(
    refusal('UNAUTHENTICATED', 'password or secret'),
  );
  for (let i = 0; i < 3; i++) {
    await expect(locks.requireWatch(locked, { password: `guess ${i}` }, ADDRESS)).rejects.toEqual(
      refusal('UNAUTHENTICATED', 'not the password'),
    );
  }
  const right = { password: 'correct horse' };
  await expect(locks.requireWatch(locked, right, ADDRESS)).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    retryAfter: 20_000,
  });
  await expect(locks.requireWatch(locked, right, ADDRESS)).rejects.toEqual(
    refusal('RATE_LIMITED', 'The secret of the webhook opens it all the same'),
  );
  await locks.requireWatch(locked, right, '198.51.100.1');
  // That it was right elsewhere must not let the guesser know it when it is guessed.
  await expect(locks.requireWatch(locked, right, ADDRESS)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await locks.requireWatch(locked, { ...right, secret: SECRET }, ADDRESS);
  advance(20_000);
  await locks.requireWatch(locked, right, ADDRESS);
});

test('W11 guesses at many webhooks from one address count together', async () => {
  const { locks, webhook } = setUp();
  const hash = await locks.hashOf('x', 'correct horse');
  const outcomes: string[] = [];
  for (let i = 0; i < 20; i++) {
    const one = webhook(false, hash, `w${i}`);
    await locks.requireWatch(one, { password: 'guessed!' }, ADDRESS).catch(({ code }) => outcomes.push(code));
  }
  expect(outcomes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(15);
  expect(outcomes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(5);
});

test('W11 guesses elsewhere do not lock out who has shown the right password', async () => {
  const { locks, webhook } = setUp();
  const hash = await locks.hashOf('x', 'correct horse');
  const [mine, other] = [webhook(false, hash, 'mine'), webhook(false, hash, 'other')];
  const guess = { password: 'guessed!' };
  const right = { password: 'correct horse' };
  await locks.requireWatch(mine, right, ADDRESS);
  // All that the address may guess, and all that may be guessed at the webhook from everywhere.
  for (let i = 0; i < 20; i++) await locks.requireWatch(webhook(false, hash, `w${i}`), guess, ADDRESS).catch(() => {});
  for (let i = 0; i < 40; i++) await locks.requireWatch(mine, guess, `203.0.113.${i}`).catch(() => {});
  await expect(locks.requireWatch(mine, right, '198.51.100.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await locks.requireWatch(mine, right, ADDRESS);
  await expect(locks.requireWatch(other, right, ADDRESS)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  // A slip of the pen before costs nothing once it was right.
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 2; i++) {
      await expect(locks.requireWatch(mine, guess, ADDRESS)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    await locks.requireWatch(mine, right, ADDRESS);
  }
});

test('W11 the right password does not count, however often it is shown, and is known again by any keyboard', async () => {
  const { locks, webhook } = setUp();
  const locked = webhook(false, await locks.hashOf('x', 'caf\u00e9 caf\u00e9'));
  for (let i = 0; i < 50; i++) await locks.requireWatch(locked, { password: 'cafe\u0301 cafe\u0301' }, ADDRESS);
  await expect(locks.requireWatch(locked, { password: 'x'.repeat(1e6) }, ADDRESS)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  locked.passwordHash = await locks.hashOf('x', 'another one');
  await expect(locks.requireWatch(locked, { password: 'caf\u00e9 caf\u00e9' }, ADDRESS)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

test('W11 a password that is too short or too long is refused', async () => {
  const { locks } = setUp();
  for (const password of ['short', 'x'.repeat(2000), 'x'.repeat(1e6)]) {
    await expect(locks.hashOf('x', password)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      field: 'body.password',
    });
  }
});

test('W11 the password of a webhook is changed so often and no more', async () => {
  const { locks, advance } = setUp();
  for (let i = 0; i < 10; i++) await locks.hashOf('one', 'correct horse');
  await expect(locks.hashOf('one', 'correct horse')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 6000 });
  await locks.hashOf('other', 'correct horse');
  advance(6000);
  await locks.hashOf('one', 'correct horse');
});
