import { expect, test } from 'vitest';
import { prettyXml } from './pretty-xml.ts';

const pretty = (text: string) => prettyXml(text).lines.map((line) => '  '.repeat(line.depth) + line.text);

test('elements are indented, those with but text stay on one line', () => {
  expect(pretty('<?xml version="1.0"?><a x="1"><b>t &amp; u</b>\n<c/><d></d></a>')).toEqual([
    '<?xml version="1.0"?>',
    '<a x="1">',
    '  <b>t &amp; u</b>',
    '  <c/>',
    '  <d></d>',
    '</a>',
  ]);
});

test('comments, CDATA, document types and attributes may have tags in them', () => {
  expect(pretty('<!DOCTYPE a [<!ENTITY b "c">]><a t="x>y"><!-- <z> --><b><![CDATA[<z>]]></b></a>')).toEqual([
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<a t="x>y">',
    '  <!-- <z> -->',
    '  <b><![CDATA[<z>]]></b>',
    '</a>',
  ]);
});

test('text between elements has its own line', () => {
  expect(pretty('<p>one <b>two</b> three</p>')).toEqual(['<p>one ', '  <b>two</b>', '  three', '</p>']);
});

test.each(['<a><b', '</a></a><b>', '<', 'x', '<!--', '<a x="', '<![CDATA[', '<!DOCTYPE a ['])(
  '%j is no XML and does no harm',
  (text) => {
    expect(pretty(text).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  },
);

test('there are no more lines than were asked for', () => {
  expect(prettyXml('<a/>'.repeat(100), 10)).toMatchObject({ complete: false, lines: { length: 10 } });
  expect(prettyXml('<a/>'.repeat(10), 10).complete).toBe(true);
});

test.each(['<a>', '<!a>', '<!--', '<a x="'])(
  'a megabyte of %j is read in linear time',
  (piece) => {
    const { lines } = prettyXml(piece.repeat(1_000_000 / piece.length), 1_000);
    expect(lines.length).toBeLessThanOrEqual(1_000);
  },
  2_000,
);
