import { expect, test } from 'vitest';
import { nfc } from './nfc.ts';

test('D13 text is put into normal form C', () => {
  expect(nfc('e\u0301')).toBe('é');
});

test('D14 a run of marks that would take seconds to put in order is left as it is', () => {
  const hostile = `a${'\u0315'.repeat(40_000)}${'\u0323'.repeat(40_000)}`;
  const begun = performance.now();
  expect(nfc(hostile)).toBe(hostile);
  expect(performance.now() - begun).toBeLessThan(500); // 13 seconds otherwise
});
