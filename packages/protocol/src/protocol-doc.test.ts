import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CLIENT_COMMANDS, CLOSE_CODES, COMMAND_SCHEMAS, ERRORS, LIMITS, SERVER_EVENTS, SUBPROTOCOLS } from './index.ts';

const document = readFileSync(new URL('../../../PROTOCOL.md', import.meta.url), 'utf8');

/** The tables of the document: each a list of rows of cells, the head first and the line below it left out. */
const tables = [...document.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) =>
  table
    .trimEnd()
    .split('\n')
    .filter((line) => !/^\|[-|: ]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    ),
);

/** The rows of the one table with such a head, without the head. */
function rowsOf(...head: readonly string[]): readonly (readonly string[])[] {
  const found = tables.filter(
    ([first]) => head.every((cell, i) => first?.[i] === cell) && first?.length === head.length,
  );
  expect(found, `tables with the head ${head.join(', ')}`).toHaveLength(1);
  return found[0]?.slice(1) ?? [];
}

function code(text: string | number): string {
  return `\`${text}\``;
}

describe('PROTOCOL.md and the code agree', () => {
  test('D14 on every error code, its HTTP status and its meaning', () => {
    const rows = Object.entries(ERRORS).map(([name, { status, meaning }]) => [code(name), String(status), meaning]);
    expect(rowsOf('code', 'HTTP', 'meaning')).toEqual(rows);
  });

  test('D14 on every close code, its name, its meaning and whether to reconnect', () => {
    const rows = Object.entries(CLOSE_CODES).map(([number, { name, reconnect, meaning }]) => [
      code(number),
      code(name),
      reconnect ? 'yes' : 'no',
      meaning,
    ]);
    expect(rowsOf('code', 'name', 'reconnect', 'meaning')).toEqual(rows);
  });

  test('on every command, and which of its fields must be there', () => {
    const rows = rowsOf('type', 'payload', 'answers');
    expect(rows.map(([type]) => type)).toEqual(CLIENT_COMMANDS.map(code));
    for (const [i, type] of CLIENT_COMMANDS.entries()) {
      const { properties, required } = COMMAND_SCHEMAS[type];
      const payload = rows[i]?.[1] ?? '';
      for (const field of Object.keys(properties)) expect(payload).toContain(code(field));
      const starred = [...payload.replaceAll(/\{[^}]*\}/g, '').matchAll(/`(\w+)`\*/g)].map(([, field]) => field);
      expect(starred.sort()).toEqual([...required].sort());
    }
  });

  test('on every frame that the server sends', () => {
    const rows = rowsOf('type', 'payload', 'when');
    expect(rows.map(([type]) => type)).toEqual(SERVER_EVENTS.map(code));
  });

  test('on which frames answer which commands', () => {
    for (const [type = '', , answers = ''] of rowsOf('type', 'payload', 'answers')) {
      const named = [...answers.matchAll(/`(\w+)`/g)].map(([, answer = '']) => answer);
      expect(named, type).not.toEqual([]);
      for (const answer of named) expect(SERVER_EVENTS).toContain(answer);
    }
  });

  test('D13 on every limit of the protocol', () => {
    const rows = rowsOf('limit', 'value').map(([name, value]) => [name, Number.parseInt(value ?? '', 10)]);
    expect(rows).toEqual(Object.entries(LIMITS).map(([name, value]) => [code(name), value]));
  });

  test('W1 on the subprotocols', () => {
    for (const subprotocol of SUBPROTOCOLS) expect(document).toContain(code(subprotocol));
  });
});
