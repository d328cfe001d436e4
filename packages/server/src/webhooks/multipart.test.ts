import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partsOf } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=b';

/** Name, file and content of each part, and whether the last boundary was there. */
function read(body: string | Buffer, type = TYPE) {
  const { parts, complete } = partsOf(type, Buffer.from(body as string, 'latin1'));
  return { parts: parts.map(({ name, filename, bytes }) => [name, filename, bytes.toString('latin1')]), complete };
}

const part = (content: string, disposition = 'form-data; name="a"') =>
  `--b\r\nContent-Disposition: ${disposition}\r\n\r\n${content}\r\n`;

describe('W11 the bytes of a part', () => {
  test('are those between its empty line and the line break before the boundary', () => {
    const contents = ['', 'x', '\r\n', '\r\nx\r\n', 'x\n', 'x\r', '--', '--b-', 'a--b\r\n', '--bb\r\nx', '\0\xff'];
    for (const content of contents) {
      expect(read(`${part(content)}${part('second')}--b--\r\n`), JSON.stringify(content)).toEqual({
        parts: [
          ['a', null, content],
          ['a', null, 'second'],
        ],
        complete: true,
      });
    }
  });

  test('are these whatever they are', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (contents) => {
        const wanted = contents.map((content) => Buffer.from(content).toString('latin1'));
        fc.pre(wanted.every((content) => !content.includes('--b')));
        const found = read(`${wanted.map((content) => part(content)).join('')}--b--`);
        expect(found.parts.map(([, , content]) => content)).toEqual(wanted);
        expect(found.complete).toBe(true);
      }),
    );
  });

  test('never make it fail, whatever the body', () => {
    const piece = fc.constantFrom('--b', '--b--', '\r\n', '\n', '\r', ':', 'A: b', '"', '\\', ' ', '=', ';', 'x', '\0');
    const type = fc.constantFrom(TYPE, 'multipart/mixed; boundary="b"', 'multipart/form-data', 'text/plain', '');
    fc.assert(
      fc.property(fc.array(piece), type, (pieces, contentType) => {
        const body = Buffer.from(pieces.join(''), 'latin1');
        const { parts } = partsOf(contentType, body);
        const sum = parts.reduce((bytes, found) => bytes + found.bytes.length, 0);
        expect(sum).toBeLessThanOrEqual(body.length);
      }),
    );
  });
});

describe('W11 what real senders do is read', () => {
  test('lines that end with LF alone', () => {
    const body =
      '--b\nContent-Disposition: form-data; name="a"\n\nx\n--b\nContent-Disposition: form-data; name="c"\n\ny\n--b--\n';
    expect(read(body)).toEqual({
      parts: [
        ['a', null, 'x'],
        ['c', null, 'y'],
      ],
      complete: true,
    });
  });

  test('something before the first boundary and behind the last', () => {
    expect(read(`preamble\r\n--bx\r\n${part('x')}--b-- \t\r\nepilogue\r\n${part('y')}`)).toEqual({
      parts: [['a', null, 'x']],
      complete: true,
    });
  });

  test('space behind a boundary, folded headers, headers of any case', () => {
    const headers = 'CONTENT-DISPOSITION: form-data;\r\n\tname="a"\r\ncontent-type:text/html';
    const { parts } = partsOf(TYPE, Buffer.from(`--b  \r\n${headers}\r\n\r\nx\r\n--b--`));
    expect(parts).toMatchObject([{ name: 'a', contentType: 'text/html' }]);
    expect(parts[0]?.bytes.toString()).toBe('x');
  });

  test('a last boundary that is missing or not marked as the last', () => {
    expect(read(part('x').slice(0, -2))).toEqual({ parts: [['a', null, 'x']], complete: false });
    expect(read(`${part('x')}--b\r\n`)).toEqual({
      parts: [
        ['a', null, 'x'],
        [null, null, ''],
      ],
      complete: false,
    });
    expect(read(`${part('x')}--b\r\nContent-Dispo`)).toMatchObject({ complete: false });
    expect(read('no boundary')).toEqual({ parts: [], complete: false });
    expect(read('')).toEqual({ parts: [], complete: false });
  });

  test('parts without headers, and without an empty line', () => {
    expect(read('--b\r\n\r\nx\r\n--b--').parts).toEqual([[null, null, 'x']]);
    expect(read('--b\r\nno header\r\n--b--').parts).toEqual([[null, null, 'no header']]);
    expect(read('--b\r\n--b--').parts).toEqual([[null, null, '']]);
  });

  test('boundaries in quotation marks, with signs, and parts that are no form', () => {
    const type = `Multipart/Mixed; charset=utf-8; boundary="a (b)'+_,-./:=?"; x=y`;
    expect(read(`--a (b)'+_,-./:=?\r\n\r\nx\r\n--a (b)'+_,-./:=?--`, type)).toEqual({
      parts: [[null, null, 'x']],
      complete: true,
    });
    const nested = '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--';
    expect(read(nested).parts).toEqual([[null, null, '--c\r\n\r\nx\r\n--c--']]);
  });
});

test('W11 what is no multipart has no parts', () => {
  for (const type of [
    null,
    '',
    'text/plain',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'x-multipart/a; boundary=b',
  ]) {
    expect(partsOf(type, Buffer.from(part('x'))), String(type)).toEqual({ parts: [], complete: true });
  }
});

test('W11 of very many parts the first thousand are listed', () => {
  const { parts, complete } = partsOf(TYPE, Buffer.from(`${part('').repeat(5000)}--b--`));
  expect([parts.length, complete]).toEqual([1000, false]);
});

test('W11 bodies that are made to be slow are not', () => {
  const begun = performance.now();
  for (const piece of ['--b', '\n--b', '\r\n--b ', '\n--b-', '--b\r\n', '--b\r\nA: "\\', '\n--b\n;a="']) {
    partsOf(TYPE, Buffer.from(piece.repeat(1_000_000 / piece.length)));
    partsOf(TYPE, Buffer.from(`--b\r\nContent-Disposition: ${piece.repeat(5000)}`));
  }
  partsOf(`multipart/x; boundary="${'\\a'.repeat(8000)}`, Buffer.from('x'));
  expect(performance.now() - begun).toBeLessThan(5000);
});
