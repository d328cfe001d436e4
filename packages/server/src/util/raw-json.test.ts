import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rawElements, rawMember } from './raw-json.ts';

/**
 * JSON text of any value, with white space wherever JSON allows it. No object repeats a key: the JSON.parse of Node 24
 * keeps the first value of a repeated key that is written with an escape, in some lists of like objects, where the
 * standard says the last. Repeated keys have a test of their own.
 */
const spaced = fc.letrec<{ value: string }>((tie) => {
  const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 2 });
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 10 }).map((one) => JSON.stringify(one)),
    fc.constantFrom('"\\""', '"\\\\"', '"\\\\\\""', '"{"', '"]"', '"\\u0022"', '","', '":"'),
  );
  const leaf = fc.oneof(
    text,
    fc.double().map((n) => JSON.stringify(n)),
    fc.constantFrom('1.0', '1E+9', '-0', 'null'),
  );
  const wrap = (value: fc.Arbitrary<string>) => fc.tuple(space, value, space).map((parts) => parts.join(''));
  const list = fc.array(wrap(tie('value')), { maxLength: 4 }).map((all) => `[${all.join(',')}]`);
  const object = fc
    .uniqueArray(fc.tuple(wrap(text), wrap(tie('value'))), { maxLength: 4, selector: ([key]) => JSON.parse(key) })
    .map((pairs) => `{${pairs.map(([key, value]) => `${key}:${value}`).join(',')}}`);
  return { value: fc.oneof({ maxDepth: 4 }, leaf, list, object) };
}).value;

describe('the text of a member', () => {
  test('B2 is what stands there, untouched', () => {
    const json = ' { "a" : 1.0 ,"b":[ 1, {"a":2} ] , "c" :"x\\"}," , "d":1e400, "e": {} } ';
    expect(rawMember(json, 'a')).toBe('1.0');
    expect(rawMember(json, 'b')).toBe('[ 1, {"a":2} ]');
    expect(rawMember(json, 'c')).toBe('"x\\"},"');
    expect(rawMember(json, 'd')).toBe('1e400');
    expect(rawMember(json, 'e')).toBe('{}');
  });

  test('is null where there is none', () => {
    for (const json of [
      '{}',
      ' { } ',
      '[]',
      '[{"a":1}]',
      '1',
      '"a"',
      'null',
      '{"b":{"a":1}}',
      '{"b":"a"}',
      '{"aa":1}',
    ]) {
      expect(rawMember(json, 'a')).toBeNull();
    }
  });

  test('is that of the last one where a key is repeated, as in JSON.parse', () => {
    expect(rawMember('{"a":1,"b":2,"a":3}', 'a')).toBe('3');
    expect(rawMember('{"\\u0061":1,"a":2}', 'a')).toBe('2');
    expect(rawMember('{"a":1,"\\u0061":2}', 'a')).toBe('2');
  });

  test('is found under keys that are written with escapes', () => {
    expect(rawMember('{"\\u0064\\u0061ta":7}', 'data')).toBe('7');
    expect(rawMember('{"a\\"b":7,"\\\\":8}', 'a"b')).toBe('7');
    expect(rawMember('{"a\\"b":7,"\\\\":8}', '\\')).toBe('8');
    expect(rawMember('{"\\n":1}', '\\n')).toBeNull();
  });

  test('D14 takes no longer for hostile text: deep, long, full of backslashes', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const slashes = `"${'\\\\'.repeat(200_000)}"`;
    const quotes = `"${'\\"'.repeat(200_000)}"`;
    for (const value of [deep, slashes, quotes]) {
      expect(rawMember(`{"x":${value},"a":${value}}`, 'a')).toBe(value);
    }
  });

  test('B2 parses to what JSON.parse finds there, whatever the object', () => {
    const key = fc.oneof(fc.constantFrom('data', '__proto__', 'constructor', '', '0'), fc.string({ unit: 'binary' }));
    const property = fc.property(
      spaced,
      fc.array(fc.tuple(key, spaced), { maxLength: 4 }),
      key,
      (value, pairs, wanted) => {
        const members = [...pairs, [wanted, value] as const].map(([name, text]) => `${JSON.stringify(name)} : ${text}`);
        const json = ` {${members.join(' , ')}}`;
        const found = rawMember(json, wanted);
        expect(found).toBe(value.trim());
        expect(JSON.parse(found ?? '')).toEqual(Object.getOwnPropertyDescriptor(JSON.parse(json), wanted)?.value);
      },
    );
    fc.assert(property, { seed: 11, numRuns: 1000 });
  });

  test('B2 of any object are those of its own keys', () => {
    const property = fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (object, other) => {
      const json = JSON.stringify(object);
      for (const [key, value] of Object.entries(object)) expect(rawMember(json, key)).toBe(JSON.stringify(value));
      if (!Object.hasOwn(object, other)) expect(rawMember(json, other)).toBeNull();
    });
    fc.assert(property, { seed: 12, numRuns: 500 });
  });
});

describe('the texts of the elements of a list', () => {
  test('G3.4 are what stands there, untouched', () => {
    expect(rawElements(' [ 1.0 ,{ "a" : "]," } , [ [ ] ],"x\\"" , null ] ')).toEqual([
      '1.0',
      '{ "a" : "]," }',
      '[ [ ] ]',
      '"x\\""',
      'null',
    ]);
    for (const json of ['[]', ' [ ] ', '{}', '1', '']) expect(rawElements(json)).toEqual([]);
  });

  test('G3.4 are as many as JSON.parse finds, with the same values', () => {
    fc.assert(
      fc.property(fc.array(spaced), (texts) => {
        const json = `[${texts.join(',')}]`;
        expect(rawElements(json)).toEqual(texts.map((text) => text.trim()));
        expect(rawElements(json).map((text) => JSON.parse(text))).toEqual(JSON.parse(json));
      }),
      { numRuns: 1000 },
    );
  });
});
