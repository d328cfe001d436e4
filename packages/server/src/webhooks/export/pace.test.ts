import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('W11 of all works together one step is done in a turn of the event loop', async () => {
  const pace = new Pace();
  let steps = 0;
  const work = async () => {
    const items = (function* () {
      for (let i = 0; i < 10; i++) yield ++steps;
    })();
    for await (const _ of pace.of(items));
  };
  const works = Promise.all(Array.from({ length: 5 }, work));
  let most = 0;
  for (let before = 0; steps < 50; before = steps) {
    await setImmediate();
    most = Math.max(most, steps - before);
  }
  await works;
  expect(most).toBe(1);
});
