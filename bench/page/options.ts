import { parseArgs } from 'node:util';

const PARTS = ['view', 'switch', 'presence', 'key', 'scroll'] as const;

/** What to measure. */
type Part = (typeof PARTS)[number];

export interface PageBenchOptions {
  readonly parts: readonly Part[];
  /** Few repetitions. */
  readonly quick: boolean;
  /** Messages in the large room. */
  readonly messages: number;
  /** Folder where the database with the large room is kept for the next run, or null. */
  readonly data: string | null;
  /** Whether docs/reference/performance-page.md is written. */
  readonly write: boolean;
}

export const HELP = `npm run bench:page -- [options]

  --quick          few repetitions: a smoke test, its figures mean little
  --only A,B       parts: ${PARTS.join(', ')}
  --data DIR       keep the database with the large room there for the next run
  --messages N     messages in the large room (default 100,000)
  --write          write the results to docs/reference/performance-page.md
  --help           print this

CHROMIUM_PATH says which browser, /usr/bin/chromium else.`;

/** Reads the command line. Returns a sentence for the person where something is wrong, or the word `help`. */
export function parseOptions(argv: readonly string[]): PageBenchOptions | { readonly fault: string } | 'help' {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(argv);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return 'help';
  const messages = Number(values.messages);
  if (!Number.isInteger(messages) || messages < 10_000) return { fault: '--messages must be 10000 or more' };
  const only = values.only?.split(',') ?? [...PARTS];
  const strangers = only.filter((name) => !PARTS.some((part) => part === name));
  if (strangers.length > 0) return { fault: `no such part: ${strangers.join(', ')}` };
  return {
    parts: PARTS.filter((part) => only.includes(part)),
    quick: values.quick,
    messages,
    data: values.data ?? null,
    write: values.write,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      data: { type: 'string' },
      messages: { type: 'string', default: '100000' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
