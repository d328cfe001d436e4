import { useSignal } from '@preact/signals';
import { announce } from './announcer.tsx';

type Theme = 'light' | 'dark';

/** Switches between light and dark. Until it is used the system decides; then the choice is kept in this browser. */
export function ThemeToggle() {
  const theme = useSignal<Theme>(currentTheme());
  const other: Theme = theme.value === 'dark' ? 'light' : 'dark';

  function toggle(): void {
    theme.value = other;
    document.documentElement.setAttribute('data-theme', other);
    keep(other);
    announce(`The ${other} theme is on.`);
  }

  return (
    <button type="button" class="theme-toggle" aria-label={`Switch to the ${other} theme`} onClick={toggle}>
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <circle cx="10" cy="10" r="7.25" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M10 2.75a7.25 7.25 0 0 1 0 14.5z" fill="currentColor" />
      </svg>
    </button>
  );
}

function currentTheme(): Theme {
  const chosen = document.documentElement.getAttribute('data-theme');
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem('roomcast.theme', theme);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
