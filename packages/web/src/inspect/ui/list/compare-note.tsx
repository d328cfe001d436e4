import type { Comparison } from '../../model/comparison.ts';
import { restoreFocus } from '../parts/focus.ts';
import { Method } from '../parts/method.tsx';

/** Says that the next choice is compared, and with what. */
export function CompareNote({ comparison }: { readonly comparison: Comparison }) {
  const state = comparison.state.value;
  if (state.kind !== 'choosing') return null;
  return (
    <div class="compare-note" role="status">
      <p>
        Choose what to compare with <Method method={state.base.method} /> <span>{state.base.path || '/'}</span>
      </p>
      <button
        type="button"
        class="button small"
        onClick={() => {
          comparison.end();
          restoreFocus(null);
        }}
      >
        Cancel
      </button>
    </div>
  );
}
