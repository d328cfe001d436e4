// `npm run trace`: every requirement of docs/requirements.md with the tests whose titles carry its ID and how they went,
// then the requirements without a test. Uses the results of the last run, or runs the tests if there are none.
import { readFileSync } from 'node:fs';
import { ROOT } from './lib/files.mjs';
import { readResults, runTests } from './lib/results.mjs';

const MARKS = { passed: '✓', failed: '✗' };
/** The first cell of a table row that holds an ID: B1, G4.1, D17a, FR-012. */
const ROW = /^\| +([A-Z]{1,2}(?:\d+[a-z]?(?:\.\d+[a-z]?)?|-\d+)) +\|/gm;

if (readResults() === null) await runTests();
const { tests } = readResults() ?? { tests: [] };
const ids = [...readFileSync(`${ROOT}docs/requirements.md`, 'utf8').matchAll(ROW)].map((match) => match[1]);
const rows = ids.map((id) => ({ id, tests: tests.filter(({ title }) => carries(title, id)) }));

for (const row of rows.filter(({ tests }) => tests.length > 0)) {
  console.log(row.id);
  for (const { title, status } of row.tests) console.log(`  ${MARKS[status] ?? '–'} ${title}`);
}
const untested = rows.filter(({ tests }) => tests.length === 0).map(({ id }) => id);
const failing = rows.filter(({ tests }) => tests.some(({ status }) => status === 'failed')).map(({ id }) => id);
console.log(`\nWithout a test: ${untested.join(', ') || 'none'}`);
console.log(`Failing: ${failing.join(', ') || 'none'}`);
console.log(`${ids.length - untested.length} of ${ids.length} requirements have a test`);
process.exit(failing.length === 0 ? 0 : 1);

/** Whether the title holds the ID as a word of its own: D1 is not in "D17", nor G4.1 in "G4.1a". */
function carries(title, id) {
  const escaped = id.replaceAll('.', String.raw`\.`);
  return new RegExp(String.raw`(?<![\w.-])${escaped}(?![\w-]|\.\d)`).test(title);
}
