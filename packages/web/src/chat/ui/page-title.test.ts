import { expect, test } from 'vitest';
import { pageTitle } from './page-title.ts';

test('UI-013 the title of the tab names the room and what is unread', () => {
  expect(pageTitle('Kitchen', 3)).toBe('Kitchen · Roomcast (3)');
  expect(pageTitle('Kitchen', 0)).toBe('Kitchen · Roomcast');
  expect(pageTitle(null, 0)).toBe('Chat · Roomcast');
});
