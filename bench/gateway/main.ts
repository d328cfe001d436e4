import { compile } from '../host/compile.ts';
import { onFreshRoomcast } from '../host/roomcast.ts';
import { Yardstick } from '../host/yardstick.ts';
import { count, folder } from '../suite/options.ts';
import { runSuite } from '../suite/run.ts';
import type { Suite } from '../suite/suite.ts';
import { measureFanOut } from './fan-out.ts';
import { measurePushes } from './push.ts';
import { measureStorms } from './storm.ts';

const PARTS = ['fan-out', 'storm', 'push'] as const;
const OPTIONS = {
  rounds: count('rounds of the fan-out, both servers in turn', { least: 1, most: 20 }, (quick) => (quick ? 1 : 3)),
  profile: folder('write a CPU profile of each thread of the server in storm and push; spoils the figures'),
};

const suite: Suite<(typeof PARTS)[number], typeof OPTIONS> = {
  name: 'gateway',
  title: 'Performance of the gateway',
  quick: 'short steps',
  parts: PARTS,
  options: OPTIONS,
  how: `Roomcast runs as built and as \`npm start\` starts it; only the limit of messages per second of a connection is lifted.
Clients use WebSocket. Those of the first two come from the load generator in C, and both servers take turns, each alone on a
core: a figure is the median of the rounds, a ratio is formed within each round. *CPU per delivery* is the run time of all
threads of the server as the kernel counts it, divided by messages received. The other clients are lean ones in Node, which
check every message: a thousand of the official client would use up the core that is to measure. The official one is what the
tests run, in smaller crowds. Latencies are from sending to receiving, by one clock.`,

  async measure({ parts, quick, own: { rounds, profile }, add }) {
    const yardstick = new Yardstick();
    yardstick.read();
    if (parts.includes('fan-out')) {
      const generator = compile(new URL('../load/', import.meta.url));
      for (const section of await measureFanOut({ generator, rounds, quick, raw: null })) add(section);
      yardstick.read();
    }
    // Each of the other parts has a server of its own.
    if (parts.includes('storm')) {
      add(await onFreshRoomcast(profile, (server) => measureStorms(server, quick ? 1 : 5)));
    }
    if (parts.includes('push')) {
      add(await onFreshRoomcast(profile, (server) => measurePushes(server, quick ? 3 : 10)));
    }
    yardstick.read();
    return {
      network: yardstick.describe(),
      run: `${rounds} ${rounds === 1 ? 'round' : 'rounds'} of the first two`,
    };
  },
};

process.exitCode = await runSuite(suite, process.argv.slice(2));
