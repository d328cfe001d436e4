import type { Config } from './config.ts';
import { OPTION_KEYS, OPTIONS, type OptionKey } from './options.ts';

/** What stands for a secret. Its length is fixed: a mask as long as the secret would tell how long it is. */
export const MASK = '********';

/** The values with secrets replaced, fit for logs and screens. */
export function maskConfig(config: Config): Readonly<Record<OptionKey, unknown>> {
  const masked = OPTION_KEYS.map((key): [OptionKey, unknown] => [key, hide(key, config[key])]);
  return Object.fromEntries(masked) as Record<OptionKey, unknown>;
}

function hide(key: OptionKey, value: unknown): unknown {
  if (!OPTIONS[key].secret) return value;
  return Array.isArray(value) ? value.map(() => MASK) : MASK;
}
