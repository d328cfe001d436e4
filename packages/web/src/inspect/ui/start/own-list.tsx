import { CopyButton } from '../../../shared/copy-button.tsx';
import { shortAgo } from '../../../shared/times.ts';
import type { ListedWebhook, StartModel } from '../../model/start-model.ts';
import { formatBytes } from '../parts/bytes.ts';

interface OwnListProps {
  readonly model: StartModel;
  readonly origin: string;
}

/** The webhooks whose secrets this browser keeps. */
export function OwnList({ model, origin }: OwnListProps) {
  const own = model.own.value;
  switch (own.kind) {
    case 'loading':
      return <p class="soft">Looking …</p>;
    case 'failed':
      return (
        <div class="note bad">
          <p>{own.message}</p>
          <button type="button" class="button small" onClick={() => void model.load()}>
            Try again
          </button>
        </div>
      );
    case 'ready':
      if (own.list.length === 0) {
        return (
          <p class="soft">None yet. Those that you create stand here: this browser keeps their secrets for you.</p>
        );
      }
      return (
        <ul class="own-list">
          {own.list.map((each) => (
            <OwnItem key={each.id} webhook={each} origin={origin} onForget={() => model.forget(each.id)} />
          ))}
        </ul>
      );
  }
}

interface OwnItemProps {
  readonly webhook: ListedWebhook;
  readonly origin: string;
  readonly onForget: () => void;
}

function OwnItem({ webhook: { id, details }, origin, onForget }: OwnItemProps) {
  if (!details) {
    return (
      <li class="own-item gone">
        <span class="own-name">{id}</span>
        <span class="own-facts">Deleted, or of another server</span>
        <button type="button" class="button small" onClick={onForget}>
          Forget<span class="unseen"> {id}</span>
        </button>
      </li>
    );
  }
  return (
    <li class="own-item" data-testid="own-webhook">
      <a class="own-name" href={`/inspect/${encodeURIComponent(id)}`}>
        {id}
      </a>
      <span class="own-facts">{factsOf(details)}</span>
      <CopyButton text={details.url || `${origin}/hooks/${id}`} what={`URL of ${id}`} label="Copy URL" />
    </li>
  );
}

function factsOf({ requests, bytes, lastRequestAt, createdAt, locked }: NonNullable<ListedWebhook['details']>): string {
  const now = new Date();
  const count = requests === 1 ? '1 request' : `${requests.toLocaleString('en')} requests`;
  const news = lastRequestAt
    ? `${count}, ${formatBytes(bytes)}, last ${agoWords(lastRequestAt, now)}`
    : `no requests yet, created ${agoWords(createdAt, now)}`;
  return locked ? `${news}, locked` : news;
}

function agoWords(timestamp: string, now: Date): string {
  const ago = shortAgo(new Date(timestamp), now);
  return ago.endsWith('min') ? `${ago} ago` : ago;
}
