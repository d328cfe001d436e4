import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

/** A component whose code is fetched when it is first rendered. Until then nothing is shown. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): (props: Props) => JSX | null {
  const loaded = signal<{ readonly Part: ComponentType<Props> } | null>(null);
  let asked = false;
  return function Lazy(props) {
    if (!asked) {
      asked = true;
      load().then(
        (Part) => {
          loaded.value = { Part };
        },
        () => {
          // The network is away: the next time it is wanted is the next try.
          asked = false;
        },
      );
    }
    const part = loaded.value;
    return part && <part.Part {...props} />;
  };
}

type JSX = preact.JSX.Element;
