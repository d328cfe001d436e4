// What the browser must load before the chat page works, gzipped, against its budget. Run after a build.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGETS = { 'chat.html': 60_000, 'bridge.html': 45_000, 'index.html': 45_000, 'inspect.html': 45_000 };

for (const [page, budget] of Object.entries(BUDGETS)) {
  const html = readFileSync(new URL(`dist/${page}`, import.meta.url), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, file]) => file);
  const sizes = files.map((file) => gzipSync(readFileSync(new URL(`dist/${file}`, import.meta.url))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${page}: ${total} of ${budget} bytes of script gzipped`);
  if (files.length === 0 || total > budget) process.exitCode = 1;
}
