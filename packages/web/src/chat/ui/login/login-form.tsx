import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import type { TargetedEvent } from 'preact';
import type { ChatModel } from '../../model/chat-model.ts';
import { useAction } from '../parts/action.ts';
import { focusFault } from '../parts/faults.ts';
import { TextField } from '../parts/text-field.tsx';
import { type CredentialFaults, credentialFaults } from './credentials.ts';

interface LoginFormProps {
  readonly model: ChatModel;
  /** Whether an account is made. */
  readonly isNew: boolean;
  /** Kept when people change between logging in and registering. */
  readonly username: Signal<string>;
}

const NONE: CredentialFaults = { username: null, password: null };

/** Username and, with accounts, a password. */
export function LoginForm({ model, isNew, username }: LoginFormProps) {
  const password = useSignal('');
  const faults = useSignal<CredentialFaults>(NONE);
  const { busy, fault, run } = useAction();
  const needsPassword = model.preset.value === 'accounts';
  const failed = fault.value;

  async function submit(event: TargetedEvent<HTMLFormElement, Event>): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget;
    const given = { username: username.value.trim(), password: needsPassword ? password.value : null };
    faults.value = credentialFaults(given, isNew || !needsPassword);
    fault.value = null;
    const isComplete = faults.value.username === null && faults.value.password === null;
    const done = isComplete && (await run(() => enter(given.username, given.password)));
    if (!done) focusFault(form);
  }

  function enter(name: string, secret: string | null): Promise<void> {
    if (isNew && secret !== null) return model.account.register(name, secret);
    return model.account.login(name, secret);
  }

  /** What is wrong with a field: what the page knows, or else what the server says. */
  function faultOf(field: 'username' | 'password'): string | null {
    return faults.value[field] ?? (failed?.field === field ? failed.message : null);
  }

  const isOther = failed !== null && failed.field !== 'username' && failed.field !== 'password';
  return (
    <form class="login-form" data-testid="login-form" noValidate onSubmit={submit}>
      {isOther && (
        <p class="note bad" role="alert">
          {failed.message}
        </p>
      )}
      <TextField
        name="username"
        label="Username"
        value={username}
        autocomplete="username"
        fault={faultOf('username')}
        {...(isNew || !needsPassword ? { hint: '3 to 20 letters, digits, “_” or “-”.' } : {})}
      />
      {needsPassword && (
        <TextField
          name="password"
          label="Password"
          value={password}
          autocomplete={isNew ? 'new-password' : 'current-password'}
          secret
          fault={faultOf('password')}
          {...(isNew ? { hint: 'At least 8 characters, whichever you like.' } : {})}
        />
      )}
      <button type="submit" class="button main" aria-disabled={busy.value}>
        {busy.value ? 'One moment …' : actionOf(needsPassword, isNew)}
      </button>
    </form>
  );
}

function actionOf(needsPassword: boolean, isNew: boolean): string {
  if (!needsPassword) return 'Enter';
  return isNew ? 'Create account' : 'Log in';
}
