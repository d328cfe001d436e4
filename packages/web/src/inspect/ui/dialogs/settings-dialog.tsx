import { useSignal } from '@preact/signals';
import type { WebhookDetails } from '@roomcast/protocol';
import { announce } from '../../../shared/announcer.tsx';
import { useElementId } from '../../../shared/use-id.ts';
import { agesWith } from '../../model/age.ts';
import { ApiError } from '../../model/api-error.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { showDialog } from '../page-state.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Form, faultOf } from '../parts/form.tsx';
import { WithSecret } from './with-secret.tsx';

interface SettingsDialogProps {
  readonly model: WebhookModel;
  readonly onClose: () => void;
}

/** How much the webhook keeps, who may watch, and its end. */
export function SettingsDialog({ model, onClose }: SettingsDialogProps) {
  const details = model.details.value;
  return (
    <Dialog title="Settings" onClose={onClose} testId="settings">
      <WithSecret model={model}>
        {details && (
          <div class="sheet-scroll">
            <section class="sheet-part" aria-labelledby="keeping">
              <h3 id="keeping">Keeping</h3>
              <RetentionForm model={model} details={details} />
            </section>
            <section class="sheet-part" aria-labelledby="watching">
              <h3 id="watching">Watching</h3>
              <PasswordForm model={model} details={details} />
            </section>
            <section class="sheet-part" aria-labelledby="ending">
              <h3 id="ending">Deleting</h3>
              <div class="sheet-body">
                <div class="sheet-row">
                  <button type="button" class="button" onClick={() => showDialog({ kind: 'clear' })}>
                    Delete all requests …
                  </button>
                  <button type="button" class="button" onClick={() => showDialog({ kind: 'delete' })}>
                    Delete webhook …
                  </button>
                </div>
              </div>
            </section>
          </div>
        )}
      </WithSecret>
    </Dialog>
  );
}

interface PartProps {
  readonly model: WebhookModel;
  readonly details: WebhookDetails;
}

function RetentionForm({ model, details: { retention, retentionLimits } }: PartProps) {
  const requests = useSignal(`${retention.requests}`);
  const age = useSignal(retention.age);
  const action = useAction();
  const id = useElementId();
  const ageFault = faultOf(action, 'retention.age');

  async function keep(): Promise<void> {
    if (!/^\d+$/.test(requests.value.trim())) {
      throw new ApiError('VALIDATION_ERROR', 'This must be a whole number.', 'retention.requests');
    }
    await model.update({ retention: { requests: Number(requests.value), age: age.value } });
    announce('Saved.');
  }

  return (
    <Form action={action} fields={['retention.requests', 'retention.age']} submit="Save" onSubmit={keep}>
      <div class="field-pair">
        <Field
          label="Most requests"
          name="requests"
          value={requests}
          hint={`The oldest go. At most ${retentionLimits.requests.toLocaleString('en')} here.`}
          fault={faultOf(action, 'retention.requests')}
          first
        />
        <div class="field">
          <label for={id}>At most for</label>
          <select
            class="input"
            id={id}
            value={`${age.value}`}
            aria-invalid={ageFault !== null}
            aria-describedby={ageFault === null ? undefined : `${id}-note`}
            onChange={(event) => {
              age.value = Number(event.currentTarget.value);
            }}
          >
            {agesWith(retention.age, retentionLimits.age).map(([value, words]) => (
              <option key={value} value={`${value}`}>
                {words}
              </option>
            ))}
          </select>
          {ageFault !== null && (
            <p class="fault" id={`${id}-note`}>
              {ageFault}
            </p>
          )}
        </div>
      </div>
    </Form>
  );
}

function PasswordForm({ model, details: { named, locked } }: PartProps) {
  const password = useSignal('');
  const action = useAction();
  /** A named webhook is locked without one, too, so that it does not tell. */
  const mayHaveOne = locked;

  async function set(next: string | null): Promise<void> {
    await model.update({ password: next });
    password.value = '';
    announce(next === null ? 'The password is taken away.' : 'The password is set.');
  }

  return (
    <Form
      action={action}
      fields={['password']}
      submit="Set password"
      onSubmit={async () => {
        if (password.value === '') throw new ApiError('VALIDATION_ERROR', 'Please enter a password.', 'password');
        await set(password.value);
      }}
      beside={
        mayHaveOne && (
          <button type="button" class="button" onClick={() => void action.run(() => set(null))}>
            Take the password away
          </button>
        )
      }
    >
      <p class="soft">
        {locked
          ? `Only those with the secret${named ? ', or a password if one is set,' : ' or the password'} can watch.`
          : 'Everybody who has the address can watch.'}
      </p>
      <Field
        label="New password"
        name="password"
        type="password"
        value={password}
        fault={faultOf(action, 'password')}
      />
    </Form>
  );
}
