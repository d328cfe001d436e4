import { shellWord } from './shell-word.ts';

/** Where the command has to be run, as part of a sentence. */
export const WHERE_FORWARD_RUNS = 'in the folder of Roomcast on your own machine';

/**
 * The command that forwards a webhook to one's own machine. It starts what stands in Roomcast's folder: the package is in
 * no registry, and whoever registered its name there could run anything on the machine of who asked for it by name.
 * @param more further options, one a line
 */
export function forwardCommand(url: string, more: readonly string[] = []): string {
  return [`npm start -- forward ${shellWord(url)}`, '--to http://localhost:3000', ...more].join(' \\\n  ');
}
