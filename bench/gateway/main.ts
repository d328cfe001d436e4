import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missed, showSection } from '../chat/report.ts';
import type { Section } from '../chat/results.ts';
import { type ChatServer, isBuilt, startChatServer } from '../chat/server.ts';
import { compile } from '../host/compile.ts';
import { isolate } from '../host/isolate.ts';
import { describeMachine } from '../host/machine.ts';
import { Yardstick } from '../host/yardstick.ts';
import { measureFanOut } from './fan-out.ts';
import { type GatewayBenchOptions, HELP, parseOptions } from './options.ts';
import { measurePushes } from './push.ts';
import { renderPage } from './report.ts';
import { measureStorms } from './storm.ts';

const PAGE = fileURLToPath(new URL('../../docs/reference/performance-gateway.md', import.meta.url));

process.exitCode = await main(process.argv.slice(2));

/** The command. Returns its exit code: 0 measured, whether goals are met or not; 1 not measured; 2 wrong options. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === 'help' || 'fault' in options) {
    console.error(options === 'help' ? HELP : `${options.fault}\n\n${HELP}`);
    return options === 'help' ? 0 : 2;
  }
  if (process.platform !== 'linux' || !isBuilt()) {
    console.error(
      'The benchmarks of the gateway need Linux (/proc), and the built product: run `npm run build` first.',
    );
    return 1;
  }
  const isolated = await isolate();
  if (isolated !== null) return isolated;
  // Server and load are killed, and folders removed, when this process exits; a signal must let it exit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  try {
    await bench(options);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function bench(options: GatewayBenchOptions): Promise<void> {
  const { parts, quick, rounds, write } = options;
  const machine = describeMachine();
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load average ${machine.loadBefore}`);
  console.log(machine.network);
  const yardstick = new Yardstick();
  const sections: Section[] = [];
  const add = (section: Section) => {
    sections.push(section);
    console.log(showSection(section));
  };
  yardstick.read();
  if (parts.includes('fan-out')) {
    const generator = compile(new URL('../load/', import.meta.url));
    for (const section of await measureFanOut({ generator, rounds, quick, raw: null })) add(section);
    yardstick.read();
  }
  if (parts.includes('storm')) add(await onServer(options, (server) => measureStorms(server, quick ? 1 : 5)));
  if (parts.includes('push')) add(await onServer(options, (server) => measurePushes(server, quick ? 3 : 10)));
  yardstick.read();
  const faults = missed(sections);
  console.log(
    faults.length === 0 ? '\nAll goals are met.' : `\nMissed:\n${faults.map((one) => `- ${one}`).join('\n')}`,
  );
  if (write) writeFileSync(PAGE, renderPage({ machine, yardstick: yardstick.describe(), rounds, quick }, sections));
}

/** Each of the other parts has a server of its own, with an empty database. */
async function onServer(
  { profile }: GatewayBenchOptions,
  measure: (server: ChatServer) => Promise<Section>,
): Promise<Section> {
  if (profile !== null) mkdirSync(profile, { recursive: true });
  const dataDir = mkdtempSync(join(tmpdir(), 'roomcast-bench-'));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  process.once('exit', remove);
  const server = await startChatServer(dataDir, profile);
  try {
    return await measure(server);
  } finally {
    await server.stop();
    process.off('exit', remove);
    remove();
  }
}
