import { type ComponentChild, render } from 'preact';
import { Announcer } from './announcer.tsx';
import { ThemeToggle } from './theme-toggle.tsx';

/** Puts `child` in place of what the page shows before its script runs. Does nothing where there is no such element. */
export function mount(id: string, child: ComponentChild): void {
  const place = document.getElementById(id);
  if (!place) return;
  place.replaceChildren();
  render(child, place);
}

/** The parts that every page has. */
export function mountChrome(): void {
  mount(
    'theme',
    <>
      <ThemeToggle />
      <Announcer />
    </>,
  );
}
