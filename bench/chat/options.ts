import { parseArgs } from 'node:util';

const PARTS = ['start', 'large', 'slow', 'rate', 'search', 'highest'] as const;

/** What to measure. */
export type Part = (typeof PARTS)[number];

export interface ChatBenchOptions {
  readonly parts: readonly Part[];
  /** Short steps. */
  readonly quick: boolean;
  /** Messages in the large room. */
  readonly messages: number;
  /** Folder where the database with the large room is kept for the next run, or null. */
  readonly data: string | null;
  /** Whether docs/reference/performance-chat.md is written. */
  readonly write: boolean;
  /** Folder for CPU profiles of the server, or null. */
  readonly profile: string | null;
}

export const HELP = `npm run bench:chat -- [options]

  --quick          short steps: a smoke test, its figures mean little
  --only A,B       parts: ${PARTS.join(', ')}
  --data DIR       keep the database with the large room there for the next run
  --messages N     messages in the large room (default 1,000,000)
  --write          write the results to docs/reference/performance-chat.md
  --profile DIR    write a CPU profile of each thread of the server; spoils the figures
  --help           print this`;

/** Reads the command line. Returns a sentence for the person where something is wrong, or the word `help`. */
export function parseOptions(argv: readonly string[]): ChatBenchOptions | { readonly fault: string } | 'help' {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(argv);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return 'help';
  const messages = Number(values.messages);
  if (!Number.isInteger(messages) || messages < 1000) return { fault: '--messages must be 1000 or more' };
  const only = values.only?.split(',') ?? [...PARTS];
  const strangers = only.filter((name) => !PARTS.some((part) => part === name));
  if (strangers.length > 0) return { fault: `no such part: ${strangers.join(', ')}` };
  return {
    parts: PARTS.filter((part) => only.includes(part)),
    quick: values.quick,
    messages,
    data: values.data ?? null,
    write: values.write,
    profile: values.profile ?? null,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      data: { type: 'string' },
      messages: { type: 'string', default: '1000000' },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
