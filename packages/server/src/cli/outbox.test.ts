import { expect, test } from 'vitest';
import { parseOutboxCommand } from './outbox.ts';

test('G3.5 dead letters whose ids look like options can be named behind --', () => {
  const parsed = parseOutboxCommand(['redrive', '--key=k', 'a', '--', '--all', '--', '--url=x', 'b'], {});
  expect(parsed).toEqual({
    action: 'redrive',
    ids: ['a', '--all', '--', '--url=x', 'b'],
    url: 'http://127.0.0.1:8080',
    key: 'k',
  });
  expect(parseOutboxCommand(['purge', '--all', '--'], {}).ids).toBeNull();
  expect(() => parseOutboxCommand(['purge', '--'], {})).toThrow('Name their ids');
  expect(() => parseOutboxCommand(['purge', '--x1'], {})).toThrow('What follows --');
  // What an option needs comes before.
  expect(parseOutboxCommand(['purge', '--key', '--', 'a'], {})).toMatchObject({ ids: ['a'], key: '--' });
});
