import { parseArgs } from 'node:util';

const PARTS = ['fan-out', 'storm', 'push'] as const;

/** What to measure. */
export type Part = (typeof PARTS)[number];

export interface GatewayBenchOptions {
  readonly parts: readonly Part[];
  /** Rounds of the fan-out, both servers in turn. */
  readonly rounds: number;
  /** Short steps. */
  readonly quick: boolean;
  /** Whether docs/reference/performance-gateway.md is written. */
  readonly write: boolean;
  /** Folder for CPU profiles of the server in storm and push, or null. */
  readonly profile: string | null;
}

export const HELP = `npm run bench:gateway -- [options]

  --quick          one round of short steps: a smoke test, its figures mean little
  --rounds N       rounds of the fan-out, both servers in turn (default 3)
  --only A,B       parts: ${PARTS.join(', ')}
  --write          write the results to docs/reference/performance-gateway.md
  --profile DIR    write a CPU profile of each thread of the server in storm and push; spoils the figures
  --help           print this`;

/** Reads the command line. Returns a sentence for the person where something is wrong, or the word `help`. */
export function parseOptions(argv: readonly string[]): GatewayBenchOptions | { readonly fault: string } | 'help' {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(argv);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return 'help';
  const rounds = values.rounds === undefined ? (values.quick ? 1 : 3) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) return { fault: '--rounds must be 1 to 20' };
  const only = values.only?.split(',') ?? [...PARTS];
  const strangers = only.filter((name) => !PARTS.some((part) => part === name));
  if (strangers.length > 0) return { fault: `no such part: ${strangers.join(', ')}` };
  return {
    parts: PARTS.filter((part) => only.includes(part)),
    rounds,
    quick: values.quick,
    write: values.write,
    profile: values.profile ?? null,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}
