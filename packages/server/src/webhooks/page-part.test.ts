import { expect, test } from 'vitest';
import { isPartOfPage } from './page-part.ts';

test.each([
  ['same-origin', 'script', true],
  ['same-origin', 'style', true],
  ['same-origin', 'serviceworker', true],
  ['same-origin', 'iframe', true],
  ['same-origin', 'empty', false], // a page that sends something, and reads the answer
  ['same-origin', 'document', false],
  ['same-origin', 'image', false],
  ['cross-site', 'script', false], // of another page, which is its own business
  [undefined, undefined, false],
])('W11 a request from %s for a %s: is it to be a part of a page of ours? %s', (site, dest, expected) => {
  expect(isPartOfPage({ headers: { 'sec-fetch-site': site, 'sec-fetch-dest': dest } })).toBe(expected);
});
