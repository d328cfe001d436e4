import { parseArgs } from 'node:util';
import { PEERS } from './peers/index.ts';
import type { PeerName } from './peers/peer.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** What to run and how often. */
export interface BenchOptions {
  readonly only: readonly string[];
  readonly peers: readonly PeerName[];
  readonly rounds: number;
  readonly quick: boolean;
  /** Whether docs/reference/performance.md is written. */
  readonly write: boolean;
  /** File that gets every line of the load generator, or null. */
  readonly raw: string | null;
}

export const HELP = `npm run bench -- [options]

  --quick          one round of short steps: a smoke test, its figures mean little
  --rounds N       rounds per scenario and server, interleaved (default 3)
  --only A,B       scenarios: ${SCENARIOS.map((scenario) => scenario.id).join(', ')}
  --peers A,B      servers: ${PEERS.map((peer) => peer.name).join(', ')}
  --write          write the results to docs/reference/performance.md
  --raw FILE       append every line of the load generator to FILE
  --help           print this`;

/** Reads the command line. Returns a sentence for the person where something is wrong, or the word `help`. */
export function parseOptions(argv: readonly string[]): BenchOptions | { readonly fault: string } | 'help' {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(argv);
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  if (values.help) return 'help';
  const rounds = values.rounds === undefined ? (values.quick ? 1 : 3) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 20) return { fault: '--rounds must be 1 to 20' };
  const scenarioIds = SCENARIOS.map((scenario) => scenario.id);
  const peerNames = PEERS.map((peer) => peer.name);
  const only = split(values.only) ?? scenarioIds;
  const peers = split(values.peers) ?? peerNames;
  const strangers = [
    ...only.filter((id) => !scenarioIds.includes(id)),
    ...peers.filter((name) => !peerNames.some((known) => known === name)),
  ];
  if (strangers.length > 0) return { fault: `no such scenario or server: ${strangers.join(', ')}` };
  return {
    only,
    peers: peerNames.filter((name) => peers.includes(name)),
    rounds,
    quick: values.quick,
    write: values.write,
    raw: values.raw ?? null,
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      peers: { type: 'string' },
      write: { type: 'boolean', default: false },
      raw: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function split(text: string | undefined): readonly string[] | null {
  return text === undefined ? null : text.split(',').filter((part) => part !== '');
}
