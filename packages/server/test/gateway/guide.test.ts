import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sign } from '../../src/gateway/sinks/signature.ts';
import { temporaryFolder } from '../store/harness.ts';
import { SECRET } from './forwarding.ts';

const GUIDE = readFileSync(new URL('../../../../docs/guides/forwarding.md', import.meta.url), 'utf8');
const BODY = '{"data":"é \\u0000 😀"}';
const ID = 'a%0Ab';

/** The guide's code in a language. */
function code(language: string): string {
  const [, found = ''] = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(GUIDE) ?? [];
  expect(found).not.toBe('');
  return found;
}

/** Arguments of each case, and what the function has to say to it. */
function cases(): readonly (readonly [args: readonly string[], verdict: boolean])[] {
  const now = Math.floor(Date.now() / 1000);
  const at = (time: number) => sign(SECRET, ID, time, BODY);
  return [
    [[SECRET, ID, String(now), BODY, at(now)], true],
    [[SECRET, ID, String(now - 290), BODY, at(now - 290)], true],
    [[SECRET, ID, String(now - 310), BODY, at(now - 310)], false],
    [[SECRET, ID, String(now + 310), BODY, at(now + 310)], false],
    [[SECRET, ID, String(now + 1), BODY, at(now)], false],
    [[SECRET, 'b', String(now), BODY, at(now)], false],
    [[SECRET, ID, String(now), `${BODY} `, at(now)], false],
    [[`${SECRET}x`, ID, String(now), BODY, at(now)], false],
    [[SECRET, ID, String(now), BODY, ''], false],
    [[SECRET, ID, String(now), BODY, 'v1=é'], false],
    [[SECRET, ID, 'now', BODY, at(now)], false],
  ];
}

/** A program that prints the verdict on its arguments, by the name of its language in the guide. */
const PROGRAMS: readonly {
  language: string;
  needs: string;
  file: string;
  wrap: (code: string) => string;
  run: (path: string) => string[];
}[] = [
  {
    language: 'js',
    needs: 'node',
    file: 'verify.mjs',
    wrap: (given) => `${given}\nconsole.log(isFromRoomcast(...process.argv.slice(2)));`,
    run: (path) => ['node', path],
  },
  {
    language: 'python',
    needs: 'python3',
    file: 'verify.py',
    wrap: (given) =>
      `${given}\nimport sys\na = sys.argv\nprint(is_from_roomcast(a[1], a[2], a[3], a[4].encode(), a[5]))`,
    run: (path) => ['python3', path],
  },
  {
    language: 'go',
    needs: 'go',
    file: 'verify.go',
    wrap: (given) =>
      `${given.replace('package roomcast', 'package main').replace('"math"', '"fmt"\n\t"math"\n\t"os"')}
func main() {
	a := os.Args
	fmt.Println(IsFromRoomcast(a[1], a[2], a[3], []byte(a[4]), a[5]))
}`,
    run: (path) => {
      const program = path.replace('.go', '');
      const env = { ...process.env, GOCACHE: join(path, '..', 'cache'), GOTOOLCHAIN: 'local', GO111MODULE: 'off' };
      execFileSync('go', ['build', '-o', program, path], { env });
      return [program];
    },
  },
  {
    language: 'php',
    needs: 'php',
    file: 'verify.php',
    wrap: (given) => `${given}\necho is_from_roomcast(...array_slice($argv, 1)) ? 'true' : 'false';`,
    run: (path) => ['php', path],
  },
];

for (const { language, needs, file, wrap, run } of PROGRAMS) {
  const isThere = spawnSync('which', [needs]).status === 0;
  // Go is large, and nothing else here needs it: its code is run where somebody has it.
  test.runIf(isThere)(
    `G3.1 the guide’s ${language} code knows a signature from a forgery`,
    { timeout: 120_000 },
    () => {
      const path = join(temporaryFolder(), file);
      writeFileSync(path, wrap(code(language)));
      const [program = '', ...first] = run(path);
      for (const [args, verdict] of cases()) {
        const said = execFileSync(program, [...first, ...args], { encoding: 'utf8' })
          .trim()
          .toLowerCase();
        expect(said, JSON.stringify(args)).toBe(String(verdict));
      }
    },
  );
}
