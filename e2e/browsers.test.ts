import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BASELINE, FEATURES, type Language, lacking, tooNew, usedIn } from './support/features.ts';

// Edge and Safari cannot be driven here: what the built pages use is held against what these browsers have.

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const DIST = path('../packages/web/dist/');
const REFERENCE = path('../docs/reference/browsers.md');

/** The built files of that language, by name. */
function built(language: Language): { name: string; text: string }[] {
  return readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(`.${language}`))
    .map((name) => ({ name, text: readFileSync(DIST + name, 'utf8') }));
}

test.each(['js', 'css'] as const)(
  'UI-011 the built pages (%s) use nothing that Chrome, Edge, Firefox or Safari of the baseline lack',
  (language) => {
    const files = built(language);
    expect(files.length).toBeGreaterThan(2);
    expect(files.flatMap(({ name, text }) => tooNew(language, text).map((words) => `${name}: ${words}`))).toEqual([]);
  },
);

test('UI-011 the check finds what is too new, but not what is checked for before its use', () => {
  expect(tooNew('js', 'let a=Promise.try(f),b=new Map().values().map(g)')).toEqual([
    'methods of Iterator is missing in safari',
    'Promise.try() is missing in chrome and safari',
  ]);
  expect(tooNew('css', '.a{anchor-name:--x}.b:has(c){top:0}')).toEqual([
    'anchor positioning is missing in chrome and firefox and safari',
  ]);
  expect(tooNew('js', 'r.addEventListener(`scrollend`,u)')).toEqual(['scrollend is missing in safari']);
  expect(tooNew('js', 'if(`onscrollend`in window)r.addEventListener(`scrollend`,u)')).toEqual([]);
  expect(tooNew('js', 'x.findLast(f)')).toEqual([]);
});

test('UI-011 the reference names the baseline, and each feature that is used although some browser lacks it', () => {
  const reference = readFileSync(REFERENCE, 'utf8');
  for (const version of Object.values(BASELINE)) expect(reference).toContain(`${version}`);
  const used = (['js', 'css'] as const).flatMap((language) =>
    built(language).flatMap(({ text }) => usedIn(language, text)),
  );
  const optional = FEATURES.filter((each) => used.includes(each) && lacking(each).length > 0);
  for (const { name, instead = '' } of optional) {
    expect(reference).toContain(`\`${name}\``);
    expect(reference).toContain(instead);
  }
});
