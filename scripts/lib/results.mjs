import { readFileSync } from 'node:fs';
import { ROOT } from './files.mjs';
import { run } from './run.mjs';

/** Where the last run's results lie, relative to the repository. */
export const RESULTS = 'test-results/vitest.json';

/** Runs the tests; their results replace the last ones. @returns {Promise<boolean>} whether all went well. */
export async function runTests() {
  const reporters = ['default', 'json', './scripts/lib/flaky-reporter.mjs'].map((name) => `--reporter=${name}`);
  reporters.push(`--outputFile.json=${RESULTS}`);
  const { ok } = await run('vitest', ['run', ...reporters]);
  return ok;
}

/**
 * The last results, or null where there are none.
 * @returns {{ tests: { title: string, status: string }[], brokenFiles: string[] } | null}
 */
export function readResults() {
  const report = readReport();
  if (report === null) return null;
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ title: test.fullName, status: test.status })),
  );
  // A file that cannot be loaded has no tests that could fail.
  const brokenFiles = report.testResults
    .filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'))
    .map((file) => file.name.replace(ROOT, ''));
  return { tests, brokenFiles };
}

function readReport() {
  try {
    return JSON.parse(readFileSync(ROOT + RESULTS, 'utf8'));
  } catch {
    return null;
  }
}
