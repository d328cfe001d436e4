import { useSignal } from '@preact/signals';
import { lazy } from '../../../shared/lazy.tsx';
import { Popover } from '../../../shared/popover.tsx';
import type { ChatModel, Person } from '../../model/chat-model.ts';
import { openDialog } from '../dialogs.ts';
import { useAction } from '../parts/action.ts';

interface AccountMenuProps {
  readonly model: ChatModel;
  readonly me: Person;
}

const PasswordDialog = lazy(async () => (await import('./password-dialog.tsx')).PasswordDialog);

/** In the bar: the account menu of whoever is in the chat. */
export function AccountCorner({ model }: { readonly model: ChatModel }) {
  const me = model.me.value;
  return model.screen.value === 'chat' && me !== null ? <AccountMenu model={model} me={me} /> : null;
}

/** Who is logged in, and the ways out. */
function AccountMenu({ model, me }: AccountMenuProps) {
  const changing = useSignal(false);
  const { fault, run } = useAction();
  const { account, preset } = model;

  function leave(way: () => Promise<void>): void {
    // The menu stays: it goes with the screen, or says why not.
    run(way).catch(() => {});
  }

  return (
    <>
      <Popover
        face={
          <>
            <span class="account-sign" aria-hidden="true" />
            <span class="account-name">{me.username}</span>
            <span class="unseen">, account menu</span>
          </>
        }
        buttonClass="button small plain account"
        popoverClass="menu"
        align="end"
        side="below"
      >
        {(close) => (
          <>
            <p class="menu-note">
              You are <strong>{me.username}</strong>
            </p>
            {fault.value && (
              <p class="note bad" role="alert">
                {fault.value.message}
              </p>
            )}
            {preset.value === 'accounts' && (
              <button
                type="button"
                onClick={() => {
                  close();
                  changing.value = true;
                }}
              >
                Change password …
              </button>
            )}
            <button
              type="button"
              onClick={() => {
                close();
                openDialog.value = 'help';
              }}
            >
              Keyboard help
            </button>
            <button type="button" onClick={() => leave(() => account.logout())}>
              Log out
            </button>
            <button type="button" onClick={() => leave(() => account.logoutEverywhere())}>
              Log out everywhere
            </button>
          </>
        )}
      </Popover>
      {changing.value && (
        <PasswordDialog
          model={model}
          onClose={() => {
            changing.value = false;
          }}
        />
      )}
    </>
  );
}
