import { onFreshRoomcast } from '../host/roomcast.ts';
import { folder } from '../suite/options.ts';
import { runSuite } from '../suite/run.ts';
import type { Suite } from '../suite/suite.ts';
import { measureCapture } from './capture.ts';
import { measureHighest } from './highest.ts';
import { measureReturn } from './return.ts';

const PARTS = ['rate', 'answer', 'return', 'highest'] as const;
const OPTIONS = { profile: folder('write a CPU profile of each thread of the server; spoils the figures') };

const suite: Suite<(typeof PARTS)[number], typeof OPTIONS> = {
  name: 'webhooks',
  title: 'Performance of webhooks',
  quick: 'short steps',
  parts: PARTS,
  options: OPTIONS,
  how: `Roomcast runs as built and as \`npm start\` starts it, with an empty database for each part. A request counts as captured
when it is answered 200: it is on disk, with an fsync. Requests go out on time, whether answers come or not, and every latency
begins at the moment at which the request was due: what waits for a free connection waits on the clock. The watchers are lean
clients that read every event as JSON and check each: that its offset follows the last one’s, that its body is the one that was
sent, that its id is the one of the answer, and that nothing answered is missing at the end. *CPU per capture* is the run time
of the server’s threads as the kernel counts it, divided by the requests, three deliveries each included; *main thread* is the
one that everything passes. The *event-loop delay* is the server’s own, from \`/metrics\`.`,

  async measure({ parts, quick, own: { profile }, add }) {
    const rate = { rate: 1000, seconds: quick ? 3 : 30, receiptLimit: 100 };
    if (parts.includes('rate')) add(await onFreshRoomcast(profile, (server) => measureCapture(server, rate)));
    const answer = { rate: 200, seconds: quick ? 3 : 20, answerLimit: 20 };
    if (parts.includes('answer')) add(await onFreshRoomcast(profile, (server) => measureCapture(server, answer)));
    const [rounds, away] = quick ? [1, 2] : [3, 10];
    if (parts.includes('return')) {
      add(await onFreshRoomcast(profile, (server) => measureReturn(server, rounds, away)));
    }
    if (parts.includes('highest')) {
      add(await onFreshRoomcast(profile, (server) => measureHighest(server, quick ? 2 : 5)));
    }
    return { network: 'the load generator on a core that it shares with the server’s threads' };
  },
};

process.exitCode = await runSuite(suite, process.argv.slice(2));
