import { shouldReconnect } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { comesBack } from './closing.ts';

test("W8 every close code is judged as the protocol's table judges it", () => {
  for (let code = 1000; code < 5000; code++) expect([code, comesBack(code)]).toEqual([code, shouldReconnect(code)]);
});
