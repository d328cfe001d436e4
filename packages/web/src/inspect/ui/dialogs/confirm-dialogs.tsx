import type { PlacedRequest } from '@roomcast/protocol';
import { announce } from '../../../shared/announcer.tsx';
import type { WebhookModel } from '../../model/webhook-model.ts';
import { useAction } from '../parts/action.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Form } from '../parts/form.tsx';
import { WithSecret } from './with-secret.tsx';

interface ConfirmProps {
  readonly model: WebhookModel;
  readonly onClose: () => void;
}

interface RemoveProps extends ConfirmProps {
  readonly request: PlacedRequest;
}

export function RemoveDialog({ model, request, onClose }: RemoveProps) {
  return (
    <Confirm
      model={model}
      title="Delete this request?"
      words={`${request.method} ${request.path || '/'} goes for everybody who watches, and cannot be brought back.`}
      submit="Delete request"
      done="The request is deleted."
      work={() => model.removeRequest(request.id)}
      onClose={onClose}
    />
  );
}

export function ClearDialog({ model, onClose }: ConfirmProps) {
  const count = model.kept.value;
  return (
    <Confirm
      model={model}
      title="Delete all requests?"
      words={`All ${count.toLocaleString('en')} requests that have been captured go, for everybody who watches. The webhook stays.`}
      submit="Delete all requests"
      done="All requests are deleted."
      work={() => model.clear()}
      onClose={onClose}
    />
  );
}

export function DeleteDialog({ model, onClose }: ConfirmProps) {
  return (
    <Confirm
      model={model}
      title="Delete this webhook?"
      words={`${model.id} goes, with all that it has captured. Whoever sends something to its URL is told that there is no such webhook.`}
      submit="Delete webhook"
      done="The webhook is deleted."
      work={() => model.delete()}
      onClose={onClose}
    />
  );
}

interface Props extends ConfirmProps {
  readonly title: string;
  readonly words: string;
  readonly submit: string;
  readonly done: string;
  readonly work: () => Promise<void>;
}

function Confirm({ model, title, words, submit, done, work, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <WithSecret model={model}>
        <ConfirmForm words={words} submit={submit} done={done} work={work} onClose={onClose} />
      </WithSecret>
    </Dialog>
  );
}

function ConfirmForm({ words, submit, done, work, onClose }: Omit<Props, 'model' | 'title'>) {
  const action = useAction();
  return (
    <Form
      action={action}
      fields={[]}
      submit={submit}
      danger
      onSubmit={async () => {
        await work();
        onClose();
        announce(done);
      }}
      beside={
        <button type="button" class="button" onClick={onClose}>
          Cancel
        </button>
      }
    >
      <p class="named">{words}</p>
    </Form>
  );
}
