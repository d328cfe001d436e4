import { expect, test } from 'vitest';
import { placeOfPublication, publicationId } from './views.ts';

test('the id of a publication is an epoch and, behind the last hyphen, an offset', () => {
  expect(publicationId('a-b_c', 12)).toBe('a-b_c-12');
  expect(placeOfPublication('a-b_c-12')).toEqual({ epoch: 'a-b_c', offset: 12 });
  expect(placeOfPublication('--0')).toEqual({ epoch: '-', offset: 0 });
  for (const id of ['', 'a', '-1', 'a-', 'a-x', 'a-1.5', 'a-1e3', `a-${'9'.repeat(16)}`]) {
    expect(placeOfPublication(id), id).toBeNull();
  }
});
