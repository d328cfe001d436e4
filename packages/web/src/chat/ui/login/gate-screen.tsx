import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatModel } from '../../model/chat-model.ts';
import { Banners } from '../notices/banners.tsx';
import { useAction } from '../parts/action.ts';
import { DoorPlan } from './door-plan.tsx';

interface GateProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A screen that stands in place of the chat and says why. */
function Gate({ title, children }: GateProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main class="gate">
      <div class="gate-card">
        <DoorPlan />
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}

/** The house is full. */
export function FullScreen({ model }: { readonly model: ChatModel }) {
  const { fault, run } = useAction();
  return (
    <Gate title="Every place is taken">
      <p class="lead">
        As many people are here as this server has places for. As soon as somebody leaves, you can come in.
      </p>
      {fault.value && (
        <p class="note bad" role="alert">
          {fault.value.message}
        </p>
      )}
      <p class="gate-actions">
        <button type="button" class="button main" onClick={() => model.reconnectNow()}>
          Try again
        </button>
        <button type="button" class="button" onClick={() => run(() => model.account.logout())}>
          Log out
        </button>
      </p>
    </Gate>
  );
}

/** The same user came in elsewhere. */
export function SupersededScreen({ model }: { readonly model: ChatModel }) {
  return (
    <Gate title="You are chatting somewhere else">
      <p class="lead">
        The chat was opened with your name in another window or on another device, and only one can be in at a time.
        What you have written is kept.
      </p>
      <p class="gate-actions">
        <button type="button" class="button main" onClick={() => model.reconnectNow()}>
          Continue here
        </button>
      </p>
    </Gate>
  );
}

/** It is not known yet who is there. */
export function LoadingScreen({ model }: { readonly model: ChatModel }) {
  return (
    <div class="chat">
      <Banners model={model} />
      <main class="gate" aria-busy="true">
        <h1 class="gate-wait">Opening the chat …</h1>
      </main>
    </div>
  );
}
