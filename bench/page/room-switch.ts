import type { BenchUser } from '../chat/users.ts';
import type { Section } from '../suite/figures.ts';
import { expectIn, pressedIn, seenIn } from './probe.ts';
import { middleAndMost, repeat } from './samples.ts';
import { item, type ShownRoom, shows, type Visitors } from './visitors.ts';

const LIMIT = 1000;

/** Goes to and fro between two rooms. */
export async function measureRoomSwitch(
  visitors: Visitors,
  user: BenchUser,
  [first, second]: readonly [ShownRoom, ShownRoom],
  times: number,
): Promise<Section> {
  const page = await visitors.enter(user, first);
  const samples = await repeat(times, async (turn) => {
    const room = turn % 2 === 0 ? second : first;
    await expectIn(page, shows(room));
    await page.click(item(room));
    return (await seenIn(page)) - (await pressedIn(page));
  });
  await page.context().close();
  return {
    title: 'Change of room',
    about: `${times} changes, between rooms of ${first.last.toLocaleString('en')} and of ${second.last.toLocaleString('en')} messages. From the click on a room in the list to the painted frame with its messages.`,
    figures: middleAndMost('click to messages', samples, LIMIT),
  };
}
