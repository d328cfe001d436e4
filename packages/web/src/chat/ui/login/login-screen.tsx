import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatModel } from '../../model/chat-model.ts';
import { hasMouse } from '../parts/screen-size.ts';
import { DoorPlan } from './door-plan.tsx';
import { LoginForm } from './login-form.tsx';

/** Who are you? */
export function LoginScreen({ model }: { readonly model: ChatModel }) {
  const isNew = useSignal(false);
  const username = useSignal('');
  const place = useRef<HTMLDivElement>(null);
  const notice = model.notice.value;

  useEffect(() => {
    if (hasMouse.peek()) place.current?.querySelector('input')?.focus();
  }, [isNew.value]);

  return (
    <main class="gate">
      <div class="gate-card" ref={place}>
        <DoorPlan />
        <h1>{isNew.value ? 'Create your account' : 'Come in'}</h1>
        {notice === null ? (
          <p class="lead">{leadOf(model.preset.value, isNew.value)}</p>
        ) : (
          <p class="note warn" role="status" data-testid="notice">
            {notice}
          </p>
        )}
        <LoginForm key={String(isNew.value)} model={model} isNew={isNew.value} username={username} />
        {model.preset.value === 'accounts' && (
          <p class="gate-other">
            {isNew.value ? 'You have an account already?' : 'New here?'}{' '}
            <button
              type="button"
              class="link-button"
              onClick={() => {
                isNew.value = !isNew.value;
              }}
            >
              {isNew.value ? 'Log in' : 'Create an account'}
            </button>
          </p>
        )}
      </div>
    </main>
  );
}

function leadOf(preset: 'accounts' | 'open', isNew: boolean): string {
  if (preset === 'open') return 'Choose a name, and you are in. No password is needed here.';
  return isNew ? 'A name and a password, nothing else.' : 'Log in to talk in the rooms of this server.';
}
