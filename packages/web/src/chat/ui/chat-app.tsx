import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatModel } from '../model/chat-model.ts';
import { announceFor } from './announcements.ts';
import { ChatScreen } from './chat-screen.tsx';
import { FullScreen, LoadingScreen, SupersededScreen } from './login/gate-screen.tsx';
import { LoginScreen } from './login/login-screen.tsx';
import { restoreFocus } from './parts/focus.ts';

/** The time of day, to the half minute: for how long ago things were. */
const now = signal(new Date());
const TICK = 30_000;

/** The chat page below its bar. */
export function ChatApp({ model }: { readonly model: ChatModel }) {
  const screen = model.screen.value;
  const before = useRef(screen);
  useEffect(() => announceFor(model), []);
  useEffect(() => {
    // What had the focus has gone with its screen.
    if (before.current !== screen && document.activeElement === document.body) restoreFocus(null);
    before.current = screen;
  }, [screen]);
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = new Date();
    }, TICK);
    return () => clearInterval(timer);
  }, []);

  switch (screen) {
    case 'loading':
      return <LoadingScreen model={model} />;
    case 'login':
      return <LoginScreen model={model} />;
    case 'full':
      return <FullScreen model={model} />;
    case 'superseded':
      return <SupersededScreen model={model} />;
    case 'chat':
      return <ChatScreen model={model} now={now} />;
  }
}
