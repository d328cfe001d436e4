import { useSignal } from '@preact/signals';
import type { WebhookResponse } from '@roomcast/protocol';
import { announce } from '../../../shared/announcer.tsx';
import { ApiError } from '../../model/api-error.ts';
import { headerText, readHeaderText } from '../../model/header-text.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Form, faultOf } from '../parts/form.tsx';
import { WithSecret } from './with-secret.tsx';

interface ResponseDialogProps {
  readonly model: WebhookModel;
  readonly onClose: () => void;
}

/** What the webhook answers to whoever sends something. */
export function ResponseDialog({ model, onClose }: ResponseDialogProps) {
  const response = model.details.value?.response;
  return (
    <Dialog title="What senders are answered" onClose={onClose} testId="response">
      <WithSecret model={model}>
        {response && <ResponseForm model={model} response={response} onClose={onClose} />}
      </WithSecret>
    </Dialog>
  );
}

const STATUSES = ['200', '201', '202', '204', '301', '302', '400', '401', '404', '410', '422', '429', '500', '503'];
const FIELDS = ['response.status', 'response.delay', 'response.headers', 'response.body'];

function ResponseForm({ model, response, onClose }: ResponseDialogProps & { readonly response: WebhookResponse }) {
  const status = useSignal(`${response.status}`);
  const delay = useSignal(`${response.delay}`);
  const headers = useSignal(headerText(response.headers));
  const body = useSignal(response.body);
  const cors = useSignal(response.cors);
  const action = useAction();

  async function keep(): Promise<void> {
    const read = readHeaderText(headers.value);
    if ('fault' in read) throw new ApiError('VALIDATION_ERROR', read.fault, 'response.headers');
    await model.update({
      response: {
        status: wholeOf(status.value, 'response.status', 'The status'),
        delay: wholeOf(delay.value, 'response.delay', 'The delay'),
        headers: read,
        body: body.value,
        cors: cors.value,
      },
    });
    onClose();
    announce('The response is saved.');
  }

  return (
    <Form
      action={action}
      fields={FIELDS}
      submit="Save"
      onSubmit={keep}
      beside={
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
      }
    >
      <div class="field-pair">
        <Field
          label="Status"
          name="status"
          value={status}
          list={STATUSES}
          fault={faultOf(action, 'response.status')}
          mono
          first
        />
        <Field
          label="Delay in milliseconds"
          name="delay"
          value={delay}
          fault={faultOf(action, 'response.delay')}
          mono
        />
      </div>
      <Field
        label="Headers"
        name="headers"
        value={headers}
        rows={3}
        placeholder="content-type: application/json"
        hint="One a line. Those that would endanger this server’s pages are refused."
        fault={faultOf(action, 'response.headers')}
        mono
      />
      <Field
        label="Body"
        name="body"
        value={body}
        rows={5}
        placeholder='{"ok": true}'
        fault={faultOf(action, 'response.body')}
        mono
      />
      <label class="switch">
        <input
          type="checkbox"
          checked={cors.value}
          onChange={(event) => {
            cors.value = event.currentTarget.checked;
          }}
        />
        Pages of any origin may send and read the answer (CORS)
      </label>
    </Form>
  );
}

function wholeOf(text: string, field: string, name: string): number {
  const trimmed = text.trim();
  if (!/^\d+$/.test(trimmed)) throw new ApiError('VALIDATION_ERROR', `${name} must be a whole number.`, field);
  return Number(trimmed);
}
