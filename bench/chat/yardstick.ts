import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Section } from '../suite/figures.ts';
import { type Spread, spreadOf } from '../suite/spread.ts';
import { sentence } from './sentence.ts';

const TIMES = 500;
const MANY = 200;

/** What this disk gives: SQLite alone, in a folder beside the database, with an fsync for every commit. */
export function measureInserts(folder: string): Section {
  const file = join(folder, 'yardstick.db');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
  const insert = db.prepare('INSERT INTO t (b) VALUES (?)');
  const commit = db.transaction((count: number) => {
    for (let i = 0; i < count; i++) insert.run(sentence());
  });
  const timed = (count: number): Spread =>
    spreadOf(
      Array.from({ length: TIMES }, () => {
        const begin = performance.now();
        commit(count);
        return performance.now() - begin;
      }),
    );
  const [one, many] = [timed(1), timed(MANY)];
  db.close();
  rmSync(file);
  return {
    title: 'Yardstick',
    about: 'SQLite alone on the same disk, without a server: rows of one sentence, committed with fsync.',
    figures: [
      { what: '1 insert and commit, p50', value: one.p50, unit: 'ms' },
      { what: '1 insert and commit, p99', value: one.p99, unit: 'ms' },
      { what: `${MANY} inserts and one commit, p50`, value: many.p50, unit: 'ms' },
      { what: `${MANY} inserts and one commit, p99`, value: many.p99, unit: 'ms' },
    ],
  };
}
