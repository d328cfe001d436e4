import { shellQuote } from '../../shared/emit-command.ts';

/** Quoted only where a shell would take a character for something else. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : shellQuote(text);
}
