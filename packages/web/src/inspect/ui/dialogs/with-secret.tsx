import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { useAction } from '../parts/action.ts';
import { Field } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';

interface WithSecretProps {
  readonly model: WebhookModel;
  readonly children: ComponentChildren;
}

/** What may be done with the webhook's secret alone: it is asked for where this browser does not have it. */
export function WithSecret({ model, children }: WithSecretProps) {
  return model.secret.value === null ? <SecretForm model={model} /> : children;
}

function SecretForm({ model }: { readonly model: WebhookModel }) {
  const secret = useSignal('');
  const action = useAction();
  return (
    <Form action={action} fields={[]} submit="Go on" onSubmit={() => model.proveSecret(secret.value)}>
      <p>This needs the webhook’s secret, which was shown when it was created.</p>
      <Field
        label="Secret"
        name="secret"
        type="password"
        value={secret}
        placeholder="whsec_…"
        hint="It stays in this browser."
        mono
        first
      />
    </Form>
  );
}
