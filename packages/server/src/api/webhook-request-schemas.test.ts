import { expect, test } from 'vitest';
import { LIST_QUERY } from './webhook-request-schemas.ts';

test('W11 what a search does not look into is said where it is described', () => {
  for (const name of ['text', 'json'] as const) {
    expect(LIST_QUERY.properties[name].description).toContain('compressed ones are not unpacked');
  }
});
