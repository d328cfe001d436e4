import type { Figure } from '../suite/figures.ts';
import { spreadOf } from '../suite/spread.ts';
import type { Visitor } from './visitor.ts';

/** Words that are in many messages: what costs a search most. */
const TEXT = 'the and';

/** Searches all rooms again and again. The function that it returns ends that and tells how long the searches took. */
export function searchOnAndOn(visitor: Visitor): () => Promise<readonly Figure[]> {
  let isOver = false;
  const searching = (async () => {
    const times: number[] = [];
    while (!isOver) times.push((await visitor.ask('search', { text: TEXT })).time);
    const { count, p50, p99 } = spreadOf(times);
    return [
      { what: 'searches beside', value: count, unit: '' },
      { what: 'a search beside, p50', value: p50, unit: 'ms' },
      { what: 'a search beside, p99', value: p99, unit: 'ms' },
    ] as const;
  })();
  return () => {
    isOver = true;
    return searching;
  };
}
