import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bridgeRoomName, isNamespace, nameFault, parseRoomName } from './index.ts';

describe('names of rooms', () => {
  test('may be in any script, up to 128 code points', () => {
    for (const name of ['a', 'Straße 7', '部屋', '😀'.repeat(128), 'x'.repeat(128), 'a:b:c', '..', '%2f', '#?&=+']) {
      expect(nameFault(name)).toBeNull();
    }
  });

  test('B7 are refused with what is wrong, in words', () => {
    const faults = {
      '': 'is empty',
      ['x'.repeat(129)]: 'is longer than 128 characters',
      ['😀'.repeat(129)]: 'is longer than 128 characters',
      ['x'.repeat(1_000_000)]: 'is longer than 128 characters',
      'a\u0000': 'has a control character',
      'a\tb': 'has a control character',
      'a\u007f': 'has a control character',
      'a\u0085b': 'has a control character',
      'a\u2028b': 'has a control character',
      'a\u202eb': 'has a control character',
      'a\u2066b': 'has a control character',
      '\ud800': 'has a lone surrogate',
      'a\udc00b': 'has a lone surrogate',
      ' a': 'begins or ends with white space',
      'a\u00a0': 'begins or ends with white space',
      ' ': 'begins or ends with white space',
    };
    for (const [name, fault] of Object.entries(faults)) expect(nameFault(name)).toBe(fault);
  });

  test('compare code point by code point', () => {
    expect(parseRoomName('live:Lobby')).not.toEqual(parseRoomName('live:lobby'));
    expect(parseRoomName('live:é')).not.toEqual(parseRoomName('live:é'.normalize('NFD')));
  });
});

describe('namespaces', () => {
  test('are 1 to 32 of a–z, 0–9 and "-", beginning with a letter', () => {
    for (const good of ['a', 'live', 'x-1', 'a'.repeat(32)]) expect(isNamespace(good)).toBe(true);
    for (const bad of ['', '1a', '-a', 'A', 'ä', 'a_b', 'a b', 'a'.repeat(33), 'a\n'])
      expect(isNamespace(bad)).toBe(false);
  });

  test('stand in front of the first colon of a full name', () => {
    expect(parseRoomName('live:a:b')).toEqual({ namespace: 'live', name: 'a:b', full: 'live:a:b' });
    expect(parseRoomName('lobby')).toEqual({ fault: 'has no namespace (expected "namespace:name")' });
    expect(parseRoomName(':a')).toMatchObject({ fault: expect.stringContaining('namespace') });
    expect(parseRoomName('live:')).toEqual({ fault: 'is empty' });
  });

  test('of any text that is accepted, the parts make the whole again', () => {
    const texts = fc.tuple(fc.constantFrom('live:', 'a-1:', ''), fc.string({ unit: 'binary', maxLength: 200 }));
    const property = fc.property(texts, ([start, rest]) => {
      const text = start + rest;
      const parsed = parseRoomName(text);
      if ('fault' in parsed) {
        expect(parsed.fault).toMatch(/^(has|is|begins) /);
        return;
      }
      expect(`${parsed.namespace}:${parsed.name}`).toBe(text);
      expect(parsed.full).toBe(text);
    });
    fc.assert(property, { seed: 1, numRuns: 1000 });
  });
});

describe('rooms of the bridge', () => {
  test('B7 every name stays on the bridge, whatever stands in front of its colon', () => {
    const full = (name: string) => (bridgeRoomName(name) as { full?: string }).full;
    expect(full('lobby')).toBe('bridge:lobby');
    expect(full('bridge:lobby')).toBe('bridge:lobby');
    expect(full('chat:x')).toBe('bridge:chat:x');
    expect(full('bridge:bridge:x')).toBe('bridge:bridge:x');
    expect(full('BRIDGE:x')).toBe('bridge:BRIDGE:x');
    expect(bridgeRoomName('bridge:')).toEqual({ fault: 'is empty' });
  });
});
