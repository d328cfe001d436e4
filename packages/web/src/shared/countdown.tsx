import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const TICK = 200;

/** The whole seconds until a moment (milliseconds since 1970), then that it is being tried. */
export function Countdown({ until }: { readonly until: number }) {
  const seconds = useSignal(secondsTo(until));

  useEffect(() => {
    const tick = () => {
      seconds.value = secondsTo(until);
    };
    tick();
    const timer = setInterval(tick, TICK);
    return () => clearInterval(timer);
  }, [until]);

  return <span>{seconds.value > 0 ? ` in ${seconds.value} s` : ', trying …'}</span>;
}

function secondsTo(moment: number): number {
  return Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}
