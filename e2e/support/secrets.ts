import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Values that must not be found again, each under the name of what it is. */
export class Secrets {
  readonly #byName = new Map<string, string>();

  /** A new one that occurs nowhere else. @param dress puts it into the form that is needed */
  make(name: string, dress: (random: string) => string = (random) => random): string {
    const random = randomBytes(24).toString('hex');
    this.#byName.set(name, random);
    return dress(random);
  }

  /** One that somebody else made. */
  add(name: string, value: string): string {
    if (value.length < 16) throw new Error(`${name} is too short to be told from other text`);
    this.#byName.set(name, value);
    return value;
  }

  /** What can be used of a token: its claims, its signature. */
  addToken(name: string, token: string): string {
    const [, claims = '', signature = ''] = token.split('.');
    this.add(`${name} (claims)`, claims);
    this.add(`${name} (signature)`, signature);
    return token;
  }

  /** Names of those that occur in a text as they are, in part, or encoded. */
  foundIn(text: string): string[] {
    return [...this.#byName].filter(([, value]) => formsOf(value).some((form) => text.includes(form))).map(nameOf);
  }
}

function nameOf([name]: readonly [string, string]): string {
  return name;
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // Within a longer text, base64 begins at any of three places, and its ends depend on the neighbours.
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64url');
    return text.slice(shift === 0 ? 0 : shift + 1, -3);
  });
  return [
    ...[value, value.slice(0, 16), value.slice(-16), encodeURIComponent(value), bytes.toString('hex')],
    ...[...shifted, ...shifted.map((form) => form.replaceAll('-', '+').replaceAll('_', '/'))],
  ];
}

/** All that was logged to files. */
export function loggedTo(directory: string): string {
  const folder = join(directory, 'logs');
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}
