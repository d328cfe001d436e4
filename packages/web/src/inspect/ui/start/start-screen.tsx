import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { StartModel } from '../../model/start-model.ts';
import { useAction } from '../parts/action.ts';
import { Field } from '../parts/field.tsx';
import { OpenForm } from './open-form.tsx';
import { OwnList } from './own-list.tsx';
import { Plan } from './plan.tsx';

interface StartScreenProps {
  readonly model: StartModel;
  readonly origin: string;
}

const goTo = (id: string) => location.assign(`/inspect/${encodeURIComponent(id)}`);

/** Where webhooks are created, and opened again. */
export function StartScreen({ model, origin }: StartScreenProps) {
  useEffect(() => {
    document.title = 'Webhooks · Roomcast';
  }, []);
  return (
    <main class="hooks">
      <section class="hooks-hero">
        <h1>Catch a request, look inside.</h1>
        <p class="lead">
          A webhook is a URL that takes any HTTP request and shows it here, byte for byte, to everybody who watches.
        </p>
        <CreateForm model={model} />
      </section>
      <Plan />
      <section class="hooks-own" aria-labelledby="own-title">
        <h2 id="own-title" class="label">
          Your webhooks
        </h2>
        <OwnList model={model} origin={origin} />
      </section>
      <section class="hooks-open" aria-labelledby="open-title">
        <h2 id="open-title">Open one that exists</h2>
        <OpenForm onOpen={goTo} />
      </section>
    </main>
  );
}

/** One click is enough; who wants a name or a password unfolds them. */
function CreateForm({ model }: { readonly model: StartModel }) {
  const name = useSignal('');
  const password = useSignal('');
  const action = useAction();
  const { busy, fault } = action;
  const field = fault.value?.field;

  async function create(event: Event): Promise<void> {
    event.preventDefault();
    await action.run(async () => goTo(await model.create({ name: name.value, password: password.value })));
  }

  return (
    <form class="hooks-create" noValidate onSubmit={create} data-testid="create-form">
      <button type="submit" class="button main large" aria-disabled={busy.value}>
        {busy.value ? 'Creating …' : 'Create a webhook'}
      </button>
      <details class="fold">
        <summary>With a name or password of its own</summary>
        <div class="fold-body">
          <Field
            label="Name"
            name="name"
            value={name}
            mono
            placeholder="orders-staging"
            hint="3 to 64 letters, digits, dots, dashes. Names can be guessed, so watching one needs its secret."
            fault={field === 'name' || fault.value?.message.includes('name') ? (fault.value?.message ?? null) : null}
          />
          <Field
            label="Password for watching"
            name="password"
            type="password"
            value={password}
            hint="For those who shall watch, but change nothing."
            fault={field === 'password' ? (fault.value?.message ?? null) : null}
          />
        </div>
      </details>
      {fault.value && (
        <p class="fault" role="alert">
          {fault.value.message}
        </p>
      )}
    </form>
  );
}
