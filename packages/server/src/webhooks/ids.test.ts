import { expect, test } from 'vitest';
import { idOfName, newWebhookId, webhookOfRoom } from './ids.ts';

test('W11 ids that nobody has chosen cannot be guessed, and end where a link may end', () => {
  const ids = new Set(Array.from({ length: 1000 }, newWebhookId));
  expect(ids.size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{20}[A-Za-z0-9]$/);
});

test('W11 names are 3 to 64 of a few characters, in lower case', () => {
  for (const name of ['abc', 'My.Shop_2-x', ' shop ', 'x'.repeat(64)]) {
    expect(idOfName(name)).toBe(name.trim().toLowerCase());
  }
  for (const name of ['', 'ab', '-abc', 'abc.', 'a b', 'a/b', 'über', 'x'.repeat(65), '..', 'a%62c', 'İİİ']) {
    expect(() => idOfName(name), name).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', field: 'body.name' }),
    );
  }
});

test('the webhook of a room is known by its name', () => {
  expect(webhookOfRoom('webhook:x:y')).toBe('x:y');
  expect(webhookOfRoom('live:x')).toBeNull();
});
