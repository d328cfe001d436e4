// `npm test`: provides what the tests need, builds, runs every check and every test, and ends with the line
// "N passed, N failed" over all of them. The exit code is 0 only if nothing failed.
import { rmSync } from 'node:fs';
import { ROOT } from './lib/files.mjs';
import { RESULTS, readResults, runTests } from './lib/results.mjs';
import { run } from './lib/run.mjs';
import { provideTools } from './lib/tools.mjs';

const CHECKS = ['lint', 'typecheck', 'imports', 'knip', 'size'];

const count = { passed: 0, failed: 0 };

if (!(await provideTools())) process.exit(1);
await check('build', process.execPath, ['scripts/build.mjs', '--if-needed']);
for (const name of CHECKS) await check(name, 'npm', ['run', '--silent', name]);
await test();
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed === 0 ? 0 : 1);

async function check(name, program, args) {
  const { ok, output, milliseconds } = await run(program, args, { quiet: true });
  record(ok);
  console.log(`${ok ? '✓' : '✗'} ${name} (${(milliseconds / 1000).toFixed(1)} s)`);
  if (!ok) console.log(output.trimEnd());
}

async function test() {
  // Results of an earlier run must not pass for those of one that died.
  rmSync(ROOT + RESULTS, { force: true });
  const ok = await runTests();
  const results = readResults();
  if (results === null || results.tests.length === 0) {
    console.log('✗ no tests were run');
    record(false);
    return;
  }
  const { tests, brokenFiles } = results;
  const failed = tests.filter(({ status }) => status === 'failed').length + brokenFiles.length;
  const passed = tests.filter(({ status }) => status === 'passed').length;
  count.passed += passed;
  count.failed += failed;
  const skipped = tests.length + brokenFiles.length - failed - passed;
  if (skipped > 0) console.log(`${skipped} tests were skipped`);
  // Errors outside of any test, an unhandled rejection for example.
  if (!ok && failed === 0) {
    console.log('✗ errors outside of tests');
    record(false);
  }
}

function record(ok) {
  if (ok) count.passed += 1;
  else count.failed += 1;
}
