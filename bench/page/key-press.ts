import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { BenchUser } from '../chat/users.ts';
import type { Figure, Section } from '../suite/figures.ts';
import { middleAndMost } from './samples.ts';
import type { ShownRoom, Visitors } from './visitors.ts';

/** Milliseconds: one frame of a screen with 60 of them a second. */
const LIMIT = 16;
const FRAME = 1000 / 60;

/** What came of a key press, in milliseconds from its event's stamp. */
interface Outcome {
  /** Until the document had it; NaN where nothing of the document changes. */
  readonly drawn: number;
  /** Until the frame with it had been painted. */
  readonly painted: number;
  /** That frame's number, from 1: the first that begins after the key press. */
  readonly frame: number;
}

declare global {
  interface Window {
    outcome: Promise<Outcome>;
  }
}

/** Types and sends messages in a room with many. */
export async function measureKeyPress(
  visitors: Visitors,
  user: BenchUser,
  room: ShownRoom,
  times: number,
): Promise<Section> {
  const page = await visitors.enter(user, room);
  const sent: Outcome[] = [];
  const typed: Outcome[] = [];
  for (let turn = 1; turn <= times; turn++) {
    const text = `message number ${turn}.`;
    await page.keyboard.type(text.slice(0, -1));
    typed.push(await press(page, '.', { where: '[data-testid=composer]', text }));
    sent.push(await press(page, 'Enter', { where: '.message-text', text }));
  }
  await page.context().close();
  return {
    title: 'Key press',
    about: `${times} of each, in a room of ${room.last.toLocaleString('en')} messages. From the stamp of the key’s event until the document has the message, and to the end of the frame that shows it. The browser paints 60 frames a second, and keys are pressed at random moments: up to 16.7 ms of what is painted are waiting for the next frame.`,
    figures: [
      ...middleAndMost('Enter to own message, in the document', part(sent, 'drawn'), LIMIT),
      ...painted('Enter to own message, painted', sent),
      ...share('own messages that the next frame shows', sent),
      ...painted('letter in the field, painted', typed),
      ...share('letters that the next frame shows', typed),
    ],
  };
}

interface Wanted {
  readonly where: string;
  readonly text: string;
}

async function press(page: Page, key: string, wanted: Wanted): Promise<Outcome> {
  await page.evaluate(watchKey, wanted);
  // People press at any moment of a frame; what waits for frames would always press at the beginning of one.
  await delay(Math.random() * FRAME);
  await page.keyboard.press(key);
  return page.evaluate(() => window.outcome);
}

/** Runs in the page: from the next key press until an element has that text. */
function watchKey({ where, text }: Wanted): void {
  window.outcome = new Promise((resolve) => {
    const isThere = () =>
      [...document.querySelectorAll(where)].some(
        (element) => (element instanceof HTMLTextAreaElement ? element.value : element.textContent) === text,
      );
    const watch = ({ timeStamp }: Event) => {
      let drawn = Number.NaN;
      const observer = new MutationObserver(() => {
        if (!Number.isNaN(drawn) || !isThere()) return;
        drawn = performance.now() - timeStamp;
      });
      observer.observe(document, { subtree: true, childList: true });
      const look = async (frame: number): Promise<void> => {
        await window.probe.painted();
        if (!isThere()) return look(frame + 1);
        observer.disconnect();
        resolve({ drawn, painted: performance.now() - timeStamp, frame });
      };
      void look(1);
    };
    addEventListener('keydown', watch, { capture: true, once: true });
  });
}

/** The 95th percentile has no goal: it is that of the wait for a frame, which is as long as the goal. */
function painted(what: string, outcomes: readonly Outcome[]): readonly Figure[] {
  const [middle, most] = middleAndMost(what, part(outcomes, 'painted'), LIMIT);
  return middle && most ? [middle, { what: most.what, value: most.value, unit: most.unit }] : [];
}

function part(outcomes: readonly Outcome[], name: 'drawn' | 'painted'): readonly number[] {
  return outcomes.map((outcome) => outcome[name]);
}

function share(what: string, outcomes: readonly Outcome[]): readonly Figure[] {
  const first = outcomes.filter(({ frame }) => frame === 1).length;
  const goal = { relation: '=', limit: 100 } as const;
  return [{ what, value: (100 * first) / outcomes.length, unit: '%', goal }];
}
