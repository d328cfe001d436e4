import { type OptionKey, variableOf } from '../../src/config/options.ts';

/** Options by their key; objects become JSON. */
export type Settings = Partial<Record<OptionKey, string | number | boolean | object>>;

/** The settings as environment variables: every option can be said there, and as text. */
export function environmentOf(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      variableOf(key),
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
