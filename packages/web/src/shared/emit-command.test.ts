import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { emitCommand, shellQuote } from './emit-command.ts';

test('B3 the command addresses this server and this room', () => {
  const command = emitCommand('http://127.0.0.1:8080', 'lobby');
  expect(command).toContain('http://127.0.0.1:8080/api/emit');
  expect(command).toContain('"room":"lobby"');
  expect(command).toContain("'content-type: application/json'");
});

test.each(["it's", '$(touch x)', '`x`', 'a"b', 'a\\b', "''", '!!', 'naïve ☕'])(
  'a shell reads %j back as one unchanged word',
  (text) => {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellQuote(text)}`]).toString()).toBe(text);
  },
);
