import { useSignal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';
import { announce } from '../../../shared/announcer.tsx';
import { useElementId } from '../../../shared/use-id.ts';
import {
  checkSignature,
  type OwnHmac,
  PROVIDERS,
  type ProviderId,
  providerOf,
  type SignatureCheck,
  USUAL_HMAC,
} from '../../lib/signatures/index.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { OwnHmacFields } from './own-hmac-fields.tsx';

interface SignatureDialogProps {
  readonly request: PlacedRequest;
  readonly onClose: () => void;
}

/** Checks a request's signature in the page. The secret is neither sent nor kept. */
export function SignatureDialog({ request, onClose }: SignatureDialogProps) {
  const provider = useSignal<ProviderId>(providerOf(request) ?? 'hmac');
  const secret = useSignal('');
  const own = useSignal<OwnHmac>(USUAL_HMAC);
  const result = useSignal<SignatureCheck | null>(null);
  const action = useAction();
  const id = useElementId();
  const hint = PROVIDERS.find((each) => each.id === provider.value)?.secretHint;

  async function check(): Promise<void> {
    const checked = await checkSignature(request, provider.value, secret.value, undefined, own.value);
    result.value = checked;
    announce(checked.reason);
  }

  return (
    <Dialog title="Check the signature" onClose={onClose} testId="signature">
      <Form action={action} fields={[]} submit="Check" onSubmit={check}>
        <div class="field">
          <label for={id}>Signed by</label>
          <select
            class="input"
            id={id}
            value={provider.value}
            onChange={(event) => {
              provider.value = event.currentTarget.value as ProviderId;
              result.value = null;
            }}
          >
            {PROVIDERS.map((each) => (
              <option key={each.id} value={each.id}>
                {each.label}
              </option>
            ))}
          </select>
        </div>
        {provider.value === 'hmac' && <OwnHmacFields own={own} />}
        <Field
          label="Secret"
          name="signing-secret"
          type="password"
          value={secret}
          hint={`${hint ? `It should be: ${hint}. ` : ''}It is used in this page alone: never sent, never kept.`}
          mono
          first
        />
        {result.value && <Result check={result.value} />}
      </Form>
    </Dialog>
  );
}

const SIGNS = { ok: '✓', bad: '✗', note: 'i' } as const;
const WORDS = { ok: 'Right: ', bad: 'Wrong: ', note: 'Note: ' } as const;

function Result({ check }: { readonly check: SignatureCheck }) {
  return (
    <div class="verdict" data-ok={check.ok} data-testid="verdict">
      <p>
        <span class="verdict-word">{check.ok ? 'Valid' : 'Not valid'}</span>
        <span>{check.reason}</span>
      </p>
      <ul>
        {check.steps.map(({ result, text }) => (
          <li key={text} data-result={result}>
            <span class="verdict-sign" aria-hidden="true">
              {SIGNS[result]}
            </span>
            <span>
              <span class="unseen">{WORDS[result]}</span>
              {text}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
