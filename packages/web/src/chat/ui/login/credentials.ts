import { passwordFault, usernameFault } from '@roomcast/protocol';

export interface Credentials {
  readonly username: string;
  /** Null where none is asked for. */
  readonly password: string | null;
}

export interface CredentialFaults {
  readonly username: string | null;
  readonly password: string | null;
}

/**
 * What is wrong with what was entered, before the server is asked. The rules for new names and passwords are checked
 * where they are chosen: who logs in hears only what is missing.
 */
export function credentialFaults({ username, password }: Credentials, isNew: boolean): CredentialFaults {
  return {
    username: username === '' ? 'Please enter your username.' : isNew ? usernameFault(username) : null,
    password: password === null ? null : missingPassword(password, isNew),
  };
}

function missingPassword(password: string, isNew: boolean): string | null {
  if (password === '') return isNew ? 'Please choose a password.' : 'Please enter your password.';
  return isNew ? passwordFault(password) : null;
}
