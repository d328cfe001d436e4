import { type ReadonlySignal, signal } from '@preact/signals';
import { hasRoomColumn, hasSideColumn } from './parts/screen-size.ts';

type Side = 'members' | 'search';
export type Drawer = 'rooms' | Side;

/**
 * Which panels are open. The side column, where there is one, shows members or the search or nothing; where there is
 * none, a drawer does.
 */
export class Panels {
  readonly #side = signal<Side | null>('members');
  readonly #drawer = signal<Drawer | null>(null);

  /** What the side column shows. */
  get side(): ReadonlySignal<Side | null> {
    return this.#side;
  }

  /** What stands over the room as a drawer. */
  get drawer(): ReadonlySignal<Drawer | null> {
    return this.#drawer;
  }

  open(panel: Drawer): void {
    const hasColumn = panel === 'rooms' ? hasRoomColumn.peek() : hasSideColumn.peek();
    if (panel !== 'rooms' && hasColumn) this.#side.value = panel;
    else if (!hasColumn) this.#drawer.value = panel;
  }

  /** Opens it, or closes it where it is open. The members come back when the search goes. */
  toggle(panel: Side): void {
    if (!hasSideColumn.peek() || this.#side.peek() !== panel) this.open(panel);
    else this.#side.value = panel === 'search' ? 'members' : null;
  }

  closeDrawer(): void {
    this.#drawer.value = null;
  }
}
