import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/**
 * Programs that the tests use: the names that one may have, Debian's package for it, and the variable by which tests
 * learn its path (or a person names another one).
 */
const TOOLS = [
  { programs: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium', variable: 'CHROMIUM_PATH' },
  { programs: ['firefox-esr', 'firefox'], package: 'firefox-esr', variable: 'FIREFOX_PATH' },
  { programs: ['curl'], package: 'curl' },
  { programs: ['openssl'], package: 'openssl' },
  // Backends of docs/guides/gateway.md. The one in Go is tested where Go is, which is too large to ask for.
  { programs: ['python3'], package: 'python3' },
  { programs: ['php'], package: 'php-cli' },
  { programs: ['redis-server'], package: 'redis-server' },
  { programs: ['nats-server'], package: 'nats-server' },
  { programs: ['rabbitmq-server'], package: 'rabbitmq-server' },
];

/**
 * Makes sure that the tests' programs are there: as root it installs them, otherwise it says how.
 * @returns {Promise<boolean>} whether all of them are there.
 */
export async function provideTools() {
  const packages = TOOLS.filter((tool) => locate(tool) === null).map((tool) => tool.package);
  if (packages.length > 0 && !(await install(packages))) return false;
  for (const tool of TOOLS) if (tool.variable !== undefined) process.env[tool.variable] = locate(tool) ?? '';
  return true;
}

async function install(packages) {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (find('apt-get') === null) {
    console.error(`The tests need these programs: ${packages.join(', ')}. Install them and try again.`);
    return false;
  }
  if (process.getuid?.() !== 0) {
    console.error(
      `The tests need more programs. Install them and try again:\n\n  sudo apt-get update && sudo ${command}\n`,
    );
    return false;
  }
  console.log(`Installing ${packages.join(', ')} …`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const step of ['apt-get update', command]) {
    const [program, ...args] = step.split(' ');
    const { ok, output } = await run(program, args, { quiet: true, env });
    if (!ok) {
      console.error(`${output}\n${step} failed`);
      return false;
    }
  }
  return true;
}

/** Full path of one of the programs that a tool may be, or null. */
function locate({ programs, variable }) {
  const named = process.env[variable] ?? '';
  if (named !== '') return isExecutable(named) ? named : null;
  return programs.map(find).find((path) => path !== null) ?? null;
}

/** Full path of a program, or null. */
function find(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const places = folders.map((folder) => join(folder, program));
  return places.find(isExecutable) ?? null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
