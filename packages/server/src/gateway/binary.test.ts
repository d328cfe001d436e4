import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binaryOf, fromBase64 } from './binary.ts';

function detached(json: string) {
  const found = fromBase64(json);
  if ('fault' in found) throw new Error(found.fault);
  return { json: found.json, bytes: found.attachments.map((one) => one.toString('latin1')) };
}

describe('binary values in JSON', () => {
  test('G3.4 are taken out in the order of the text, and all else stays byte for byte', () => {
    const json =
      '{ "n" : 1.0, "a":{"$base64":"AQI="}, "big":12345678901234567890, "l":[ { "$base64" : "" }, "\\u00e9" ] }';
    expect(detached(json)).toEqual({
      json:
        '{ "n" : 1.0, "a":{"_placeholder":true,"num":0}, "big":12345678901234567890, ' +
        '"l":[ {"_placeholder":true,"num":1}, "\\u00e9" ] }',
      bytes: ['\u0001\u0002', ''],
    });
    expect(detached('{"$base64":"\\/+8="}').bytes).toEqual(['\u00ff\u00ef']); // as PHP writes a slash
  });

  test('G3.4 are only objects with that one member, and no text that looks like one', () => {
    for (const json of [
      '"{\\"$base64\\":\\"AQI=\\"}"',
      '{"$base64":1}',
      '{"$base64":"AQI=","name":"a"}',
      '{"name":"a","$base64":"AQI="}',
      '{"a":"{","b":"$base64","c":":\\"AQI=\\"}"}',
      '"_placeholder"',
      '{"a":"_placeholder"}',
    ]) {
      expect(detached(json)).toEqual({ json, bytes: [] });
    }
  });

  test('G4.5 what is not base64 is refused, and what Socket.IO would take for a placeholder', () => {
    for (const text of ['A', 'AQI', 'AQI= ', 'AQ==I', '_-8=', 'é']) {
      expect(fromBase64(`[{"$base64":${JSON.stringify(text)}}]`)).toEqual({
        fault: expect.stringContaining('not base64'),
      });
      expect(binaryOf(text)).toBeNull();
    }
    for (const key of ['_placeholder', '\\u005fplaceholder']) {
      const json = `{"a":[{"${key}" : true,"num":0}]}`;
      expect(fromBase64(json)).toEqual({ fault: expect.stringContaining('_placeholder') });
    }
  });

  test('G3.4 any bytes at any place come back', () => {
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ $base64: Buffer.from(bytes).toString('base64') })),
        fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', '"', '{', '$base64'), tie('value'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        const found = fromBase64(JSON.stringify(given));
        if ('fault' in found) return given !== undefined && JSON.stringify(given).includes('$base64');
        const back = JSON.parse(found.json, (_key, inner) =>
          inner?._placeholder ? { $base64: found.attachments[inner.num]?.toString('base64') } : inner,
        );
        expect(back).toEqual(given);
        return true;
      }),
    );
  });
});
