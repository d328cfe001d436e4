// Fails where the file that pages load is larger than its budget. Prints the figure either way.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 6144;
const size = gzipSync(readFileSync(new URL('dist/roomcast.js', import.meta.url)), { level: 9 }).length;

console.log(`dist/roomcast.js: ${size} of ${BUDGET} bytes gzipped`);
if (size > BUDGET) process.exitCode = 1;
