import { expect, test } from 'vitest';
import { spokenChanges, type Trouble } from './spoken.ts';

const calm: Trouble = { link: 'connected', storageAvailable: true, toasts: [] };

test('UI-010 the loss of the connection and its return are said once each, not with every attempt', () => {
  const lost: Trouble = { ...calm, link: 'reconnecting' };
  expect(spokenChanges(calm, lost)).toEqual([expect.stringContaining('Connection lost')]);
  expect(spokenChanges(lost, { ...lost })).toEqual([]);
  expect(spokenChanges(lost, { ...calm, link: 'offline' })).toEqual(['You are offline.']);
  expect(spokenChanges(lost, calm)).toEqual(['Connected again.']);
});

test('D18 that messages are not saved, and that they are again, is said', () => {
  const away = { ...calm, storageAvailable: false };
  expect(spokenChanges(calm, away)).toEqual([expect.stringContaining('can’t be saved')]);
  expect(spokenChanges(away, calm)).toEqual(['Messages are saved again.']);
});

test('each toast is said once, however often another comes or goes', () => {
  const first = { key: 1, kind: 'info', text: 'one' } as const;
  const second = { key: 2, kind: 'error', text: 'two' } as const;
  expect(spokenChanges(calm, { ...calm, toasts: [first] })).toEqual(['one']);
  expect(spokenChanges({ ...calm, toasts: [first] }, { ...calm, toasts: [first, second] })).toEqual(['two']);
  expect(spokenChanges({ ...calm, toasts: [first, second] }, { ...calm, toasts: [second] })).toEqual([]);
});
