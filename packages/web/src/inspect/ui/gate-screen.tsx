import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Access } from '../model/access.ts';
import type { WebhookModel } from '../model/webhook-model.ts';
import { useAction } from './parts/action.ts';
import { Field } from './parts/field.tsx';

interface GateScreenProps {
  readonly model: WebhookModel;
  readonly access: Exclude<Access, { kind: 'open' }>;
}

/** What stands in place of a webhook that cannot be shown. */
export function GateScreen({ model, access }: GateScreenProps) {
  switch (access.kind) {
    case 'loading':
      return (
        <main class="gate">
          <p class="soft" role="status">
            Opening the webhook …
          </p>
        </main>
      );
    case 'locked':
      return <LockedGate model={model} fault={access.fault} />;
    case 'unknown':
      return (
        <Gate title="No such webhook">
          <p>
            There is no webhook <code>{model.id}</code> here. It may have been deleted, or the address is not complete.
          </p>
          <StartLink />
        </Gate>
      );
    case 'deleted':
      return (
        <Gate title="This webhook has been deleted">
          <p>
            <code>{model.id}</code> is gone, with all that it had captured. Whoever sends something to its URL is told
            so.
          </p>
          <StartLink />
        </Gate>
      );
    case 'failed':
      return (
        <Gate title="This webhook could not be opened">
          <p>{access.message}</p>
          <button type="button" class="button main" onClick={() => void model.open()}>
            Try again
          </button>
        </Gate>
      );
  }
}

function LockedGate({ model, fault }: { readonly model: WebhookModel; readonly fault: string | null }) {
  const text = useSignal('');
  const action = useAction();

  async function unlock(event: Event): Promise<void> {
    event.preventDefault();
    if (text.value !== '') await action.run(() => model.unlock(text.value));
  }

  return (
    <Gate title="This webhook is locked">
      <p>
        Watching <code>{model.id}</code> needs its secret, or its password where it has one. Whoever created it has
        them.
      </p>
      <form class="gate-form" noValidate onSubmit={unlock}>
        <Field
          label="Secret or password"
          name="secret"
          type="password"
          value={text}
          hint="A secret stays in this browser; a password is asked for again after a reload. Both go to the server in a header only."
          fault={fault}
        />
        <button type="submit" class="button main" aria-disabled={action.busy.value}>
          Open
        </button>
      </form>
    </Gate>
  );
}

function StartLink() {
  return (
    <a class="button main" href="/inspect">
      Create a webhook
    </a>
  );
}

/** It takes the focus when it comes, so that it is read out. */
function Gate({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <main class="gate">
      <div class="gate-card">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}
