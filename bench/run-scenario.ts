import { startServer } from './host/server.ts';
import { runLoad } from './load/load.ts';
import type { Peer } from './peers/peer.ts';
import type { Results } from './results.ts';
import type { Scenario, Trial } from './scenarios/scenario.ts';

export interface ScenarioRun {
  /** The path of the load generator. */
  readonly generator: string;
  readonly rounds: number;
  readonly quick: boolean;
  /** File that gets every line of the load generator, or null. */
  readonly raw: string | null;
}

/** Round by round, and in each round server by server: neighbours in time are what is compared. */
export async function runScenario(scenario: Scenario, peers: readonly Peer[], run: ScenarioRun, results: Results) {
  for (let round = 0; round < run.rounds; round++) {
    for (const peer of peers) {
      process.stderr.write(`${scenario.id}: round ${round + 1} of ${run.rounds}, ${peer.title}\n`);
      try {
        results.add(scenario.id, peer.name, await scenario.run(trialOf(scenario, peer, run, results)));
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error);
        console.error(fault);
        results.addFault(scenario.id, peer.name, fault);
      }
    }
  }
}

function trialOf(scenario: Scenario, peer: Peer, { generator, quick, raw }: ScenarioRun, results: Results): Trial {
  return {
    peer: peer.name,
    quick,
    previous: results.latest(scenario.id, peer.name),
    async load(loadOptions, extras = {}) {
      const server = await startServer(peer, extras.options);
      try {
        const lines = await runLoad(generator, peer, server, loadOptions, raw);
        await extras.inspect?.(server.port);
        return lines;
      } finally {
        await server.stop();
      }
    },
  };
}
