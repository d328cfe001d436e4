// Writes the pages of docs/reference that follow from tables in the code. A test fails while they are out of date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { renderReference } from '../packages/server/src/config/reference.ts';

const folder = new URL('../docs/reference/', import.meta.url);
const pages = { 'configuration.md': renderReference() };

mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(pages)) {
  writeFileSync(new URL(name, folder), text);
  console.log(`docs/reference/${name}`);
}
