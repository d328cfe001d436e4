import type { BenchUser } from '../chat/users.ts';
import type { Section } from '../suite/figures.ts';
import type { ShownRoom, Visitors } from './visitors.ts';

const PAGE_SIZE = 50;
const MOST_NODES = 200;
const MOST_DRIFT = 1;

/** Scrolls back, page after page, and watches each message that is in sight from one frame to the next. */
export async function measureScrolling(
  visitors: Visitors,
  user: BenchUser,
  room: ShownRoom,
  pages: number,
): Promise<Section> {
  const page = await visitors.enter(user, room);
  await page.getByTestId('message-list').hover();
  // The reader takes the list in hand; before that it holds itself at the end.
  await page.mouse.wheel(0, -200);
  await page.getByTestId('jump').waitFor();
  const { most, drift, steps, time, reached } = await page.evaluate(scrollBack, room.last - pages * PAGE_SIZE);
  await page.context().close();
  return {
    title: `Scrolling back in a room of ${room.last.toLocaleString('en')} messages`,
    about: `${pages} pages of ${PAGE_SIZE}, half a screen at a time, to message ${reached.toLocaleString('en')}: ${steps.toLocaleString('en')} steps in ${(time / 1000).toFixed(1)} s. Elements are counted after every change of the document. A message drifts by what it moves from one frame to the next beyond what was scrolled.`,
    figures: [
      { what: 'message elements at a time, most', value: most, unit: '', goal: { relation: '≤', limit: MOST_NODES } },
      { what: 'drift of a message, most, pixels', value: drift, unit: '', goal: { relation: '≤', limit: MOST_DRIFT } },
    ],
  };
}

/** Runs in the page: scrolls up until the message with that offset, or an older one, is in sight. */
async function scrollBack(to: number) {
  const list = document.querySelector('[data-testid=message-list]');
  if (!list) throw new Error('no list of messages');
  const messages = () => [...list.querySelectorAll<HTMLElement>('[data-testid=message]')];
  const inSight = () => {
    const { top, bottom } = list.getBoundingClientRect();
    const boxes = messages().map((element) => ({ element, box: element.getBoundingClientRect() }));
    const seen = boxes.filter(({ box }) => box.bottom > top && box.top < bottom);
    return new Map(seen.map(({ element, box }) => [Number(element.dataset['offset']), box.top]));
  };
  let most = 0;
  const observer = new MutationObserver(() => {
    most = Math.max(most, messages().length);
  });
  observer.observe(list, { subtree: true, childList: true });
  let drift = 0;
  let reached = Number.POSITIVE_INFINITY;
  let before: ReadonlyMap<number, number> = new Map();
  const compare = (scrolled: number) => {
    const now = inSight();
    for (const [offset, place] of now) {
      const expected = (before.get(offset) ?? Number.NaN) + scrolled;
      // Where it was not in sight before, it cannot have moved.
      if (!Number.isNaN(expected)) drift = Math.max(drift, Math.abs(place - expected));
    }
    before = now;
    reached = Math.min(reached, ...now.keys());
  };
  // The wheel that took the list in hand may still be moving it.
  for (let rest = Number.NaN; rest !== list.scrollTop; await window.probe.painted()) rest = list.scrollTop;
  before = inSight();
  let steps = 0;
  const begin = performance.now();
  while (reached > to) {
    const top = list.scrollTop;
    list.scrollTop = Math.max(0, top - list.clientHeight / 2);
    const scrolled = top - list.scrollTop;
    await window.probe.painted();
    compare(scrolled);
    // By the second frame it is known whether a page is fetched. It must come without moving anything.
    do {
      await window.probe.painted();
      compare(0);
    } while (list.ariaBusy === 'true');
    steps += 1;
  }
  observer.disconnect();
  return { most, drift, steps, reached, time: performance.now() - begin };
}
