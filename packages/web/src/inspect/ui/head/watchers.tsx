import { useSignal } from '@preact/signals';
import type { Watcher } from '@roomcast/protocol';
import { LIMITS } from '@roomcast/protocol';
import { announce } from '../../../shared/announcer.tsx';
import { Icon } from '../../../shared/icon.tsx';
import { Popover } from '../../../shared/popover.tsx';
import { useElementId } from '../../../shared/use-id.ts';
import { watcherName } from '../../model/company.ts';
import type { WebhookModel } from '../../model/webhook-model.ts';

/** Who watches: how many at a glance, and behind the button their names, one's own, and whom to follow. */
export function Watchers({ model }: { readonly model: WebhookModel }) {
  const { company } = model;
  const count = Math.max(1, company.count.value);
  const followed = company.following.value;
  return (
    <>
      <Popover
        face={
          <>
            <Icon name="members" size={16} />
            <span class="narrow-count" aria-hidden="true">
              {count}
            </span>
            <span class="wide-word">{count === 1 ? 'Only you' : `${count} watching`}</span>
          </>
        }
        buttonClass="button small"
        align="end"
        side="below"
        popoverClass="company"
      >
        {() => <Company model={model} />}
      </Popover>
      {followed && (
        <button type="button" class="button small following" onClick={() => company.follow(null)}>
          Following {watcherName(followed)}
          <span class="unseen">, stop</span>
          <Icon name="close" size={12} />
        </button>
      )}
    </>
  );
}

function Company({ model }: { readonly model: WebhookModel }) {
  const { company } = model;
  const others = company.others.value;
  const unnamed = company.count.value - 1 - others.length;
  return (
    <>
      <NameField model={model} />
      {others.length === 0 && (
        <p class="company-note">Nobody else watches. Share this page’s address to watch together.</p>
      )}
      {others.length > 0 && (
        <ul class="company-list">
          {others.map((watcher) => (
            <Other key={watcher.connectionId} model={model} watcher={watcher} />
          ))}
        </ul>
      )}
      {unnamed > 0 && <p class="company-note">and {unnamed} more</p>}
    </>
  );
}

function Other({ model, watcher }: { readonly model: WebhookModel; readonly watcher: Watcher }) {
  const { company } = model;
  const name = watcherName(watcher);
  const isFollowed = company.following.value?.connectionId === watcher.connectionId;

  function toggle(): void {
    company.follow(isFollowed ? null : watcher.connectionId);
    announce(isFollowed ? `You no longer follow ${name}.` : `You follow ${name}: you see what they look at.`);
  }

  return (
    <li class="company-item">
      <span class="member-sign" aria-hidden="true" />
      <span class="company-name">{name}</span>
      <button type="button" class="button small" aria-pressed={isFollowed} onClick={toggle}>
        {isFollowed ? 'Following' : 'Follow'}
        <span class="unseen"> {name}</span>
      </button>
    </li>
  );
}

function NameField({ model }: { readonly model: WebhookModel }) {
  const id = useElementId();
  const text = useSignal(model.name.peek() ?? '');
  return (
    <form
      class="company-self"
      onSubmit={(event) => {
        event.preventDefault();
        model.rename(text.value);
        announce(text.value.trim() === '' ? 'You have no name now.' : `The others see you as ${text.value.trim()}.`);
      }}
    >
      <label for={id}>Your name, for the others</label>
      <div class="row">
        <input
          class="input"
          id={id}
          value={text.value}
          maxLength={LIMITS.watcherName}
          placeholder="Somebody"
          autocomplete="nickname"
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button">
          Set
        </button>
      </div>
    </form>
  );
}
