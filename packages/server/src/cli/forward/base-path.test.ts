import { expect, test } from 'vitest';
import { leavesBase } from './base-path.ts';

const BASE = new URL('http://localhost:3000/api/hooks/');

test.for([
  '/..',
  '/../../admin',
  '/a/../../admin',
  '/a/./..//../b',
  '//../admin',
  '/%2e%2e/admin',
  '/.%2E/admin',
  '/..%2fadmin',
  '/%2e%2e%2f%2e%2e%2fadmin',
  '/%252e%252e/admin',
  '/%25252e./admin',
  '/%%32%65%2e/admin',
  '/..\\..\\admin',
  '/\\../admin',
  '/..%5cadmin',
  '/a\\b/../../admin',
  '/a%2fb/../../admin',
  '/..;/admin',
  '/..;x=1/admin',
  '/..%3b/admin',
  '/../hooks/a',
])('%s leads out of the path of the target', (path) => {
  expect(leavesBase({ path }, BASE)).toBe(true);
});

test.for([
  '',
  '/',
  '/a/b',
  '/a/..',
  '/a/b/../../c',
  '/./a/.',
  '/...',
  '/..a/b..',
  '/.well-known/x',
  '/a%2Fb//c;d/../%c3%28',
  '/100%/%zz',
  '/%252f',
  '/a;b/..',
])('%s stays below it', (path) => {
  expect(leavesBase({ path }, BASE)).toBe(false);
});

test('nothing leads out of a target without a path of its own', () => {
  for (const target of ['http://localhost:3000', 'http://localhost:3000/?a=b']) {
    expect(leavesBase({ path: '/../..%2f..\\x' }, new URL(target)), target).toBe(false);
  }
});
