// Builds all packages. With --if-needed only where a source changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { ROOT, sourceFiles } from './lib/files.mjs';
import { run } from './lib/run.mjs';

const STAMP = `${ROOT}packages/server/dist/.build`;
const PACKAGES = ['protocol', 'client', 'server', 'web'];
/** Without these a build did not take place, whatever the stamp says. */
const OUTPUTS = [
  'packages/protocol/dist/index.js',
  'packages/client/dist/roomcast.js',
  'packages/client/dist/chat/index.js',
  'packages/server/dist/main.js',
  'packages/web/dist/index.html',
  'packages/web/dist/chat.html',
];

const fingerprint = fingerprintOf(['tsconfig.base.json', 'tsconfig.json', 'package-lock.json', ...sources()]);
if (process.argv.includes('--if-needed') && isCurrent()) process.exit(0);

const begun = performance.now();
console.log('Building Roomcast …');
rmSync(STAMP, { force: true });
await step('tsc', ['-b']);
await Promise.all(['client', 'web'].map((name) => step('vite', ['build', `packages/${name}`])));
mkdirSync(new URL('.', `file://${STAMP}`), { recursive: true });
writeFileSync(STAMP, fingerprint);
console.log(`Built in ${((performance.now() - begun) / 1000).toFixed(1)} s`);

async function step(program, args) {
  const { ok, output } = await run(program, args, { quiet: true });
  if (ok) return;
  process.stderr.write(`${output}\n${program} ${args.join(' ')} failed\n`);
  process.exit(1);
}

function isCurrent() {
  return (
    OUTPUTS.every((path) => existsSync(ROOT + path)) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint
  );
}

function sources() {
  return PACKAGES.flatMap((name) => sourceFiles(`packages/${name}`)).filter(
    (path) => !/\.test\.tsx?$|\/test\//.test(path),
  );
}

/** Paths, sizes and times: enough to see an edit, a removal or another checkout, without reading the files. */
function fingerprintOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const { size, mtimeMs } = statSync(ROOT + path);
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
