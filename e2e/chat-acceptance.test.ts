import { describe, expect, test } from 'vitest';
import { PRESETS, setChatStage } from './support/chat-stage.ts';

describe.each(PRESETS)('preset %s', (preset) => {
  const stage = setChatStage(preset);

  test('AC-1 AC-2 first', async () => {
    const room = `hall-${preset}`;
    const ann = await stage.enter('ann', room);
    await ann.send('before bob');
    const bob = await stage.enter('bob', room);
    await bob.waitForMessage('before bob');
    await ann.member(bob.username).waitFor();
    expect(await bob.texts()).toEqual(['before bob']);
  });
});
