import { expect, test } from 'vitest';
import { Company, watcherName } from './company.ts';

const watcher = (connectionId: string, requestId: string | null = null, name: string | null = connectionId) => ({
  connectionId,
  name,
  requestId,
});

function companyOf() {
  const followed: string[] = [];
  const company = new Company((requestId) => followed.push(requestId));
  return { company, followed };
}

test('W5 the others are all but oneself', () => {
  const { company } = companyOf();
  company.changed([watcher('me'), watcher('ann')], 2, 'me');
  expect(company.others.value.map(watcherName)).toEqual(['ann']);
  expect(company.count.value).toBe(2);
  expect(watcherName(watcher('x', null, null))).toBe('Somebody');
});

test('W5 following shows what another looks at, at once and from then on, each change once', () => {
  const { company, followed } = companyOf();
  company.changed([watcher('ann', 'one'), watcher('bob', 'x')], 3, 'me');
  company.follow('ann');
  company.changed([watcher('ann', 'one'), watcher('bob', 'y')], 3, 'me');
  company.changed([watcher('ann', 'two')], 2, 'me');
  company.changed([watcher('ann', null)], 2, 'me');
  expect(followed).toEqual(['one', 'two']);
});

test('W5 nobody is followed any more who has left, or whom one has stopped to follow', () => {
  const { company, followed } = companyOf();
  company.changed([watcher('ann', 'one')], 2, 'me');
  company.follow('ann');
  company.follow(null);
  company.changed([watcher('ann', 'two')], 2, 'me');
  company.follow('ann');
  company.changed([], 1, 'me');
  expect(company.following.value).toBeNull();
  expect(followed).toEqual(['one', 'two']);
});
