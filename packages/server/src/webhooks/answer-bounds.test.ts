import { expect, test } from 'vitest';
import { boundedResponse } from './answer-bounds.ts';

test('W11 the answers of all webhooks together are bounded, and short ones are always free', () => {
  const full = { answerLength: 64 * 1024 * 1024 };
  const long = { body: 'x'.repeat(64 * 1024) };
  expect(() => boundedResponse(full, long)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  expect(boundedResponse(full, { body: 'short' }).body).toBe('short');
  const present = boundedResponse({ answerLength: 0 }, long);
  expect(boundedResponse(full, { status: 202 }, present)).toEqual({ ...present, status: 202 });
});
