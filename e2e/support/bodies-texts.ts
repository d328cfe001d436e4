import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { SampleBody } from './bodies.ts';
import { JSON_BODIES } from './bodies-json.ts';

const XML: Readonly<Record<string, string>> = {
  plain: '<?xml version="1.0" encoding="UTF-8"?>\n<order id="1"><name>Ærøskøbing &amp; co</name></order>\n',
  SOAP: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">\r\n  <soap:Header/>\r\n  <soap:Body>
    <m:GetPrice xmlns:m="https://example.com/prices"><m:Item>Äpfel</m:Item></m:GetPrice>\r\n  </soap:Body>\r\n</soap:Envelope>`,
  CDATA: '<a><![CDATA[ <b>&nbsp;</b> ]]]]><![CDATA[>]]></a>',
  'entities and comments': '<!DOCTYPE a [<!ENTITY x "y">]><!-- -- --><a b=\'"\'>&x;&#x1F600;&#10;</a>',
  RSS: '<rss version="2.0"><channel><title>“News”</title><pubDate>Sat, 31 Jan 2026 12:00:00 GMT</pubDate></channel></rss>',
  SVG: '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  HTML: '<!doctype html><meta charset=utf-8><body onload="alert(1)">é</body>',
};

const other: readonly SampleBody[] = [
  {
    name: 'XML in latin1',
    type: 'application/xml',
    bytes: latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'),
  },
  {
    name: 'XML in UTF-16',
    type: 'text/xml; charset=utf-16',
    bytes: Buffer.from('\ufeff<?xml version="1.0"?><a/>', 'utf16le'),
  },
  { name: 'CSV', type: 'text/csv', bytes: Buffer.from('a;b\r\n"x ""y""";2\r\n') },
  { name: 'YAML', type: 'application/yaml', bytes: Buffer.from('a: &x\n  - 1\nb: *x\n---\nc: "\\x00"\n') },
  {
    name: 'a mail',
    type: 'message/rfc822',
    bytes: latin1('From: a@b\r\nSubject: =?UTF-8?Q?=C3=A4?=\r\n\r\nHi \xe4\r\n.\r\n'),
  },
  { name: 'an HTTP request', type: 'message/http', bytes: Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n0\r\n\r\n') },
];

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

const plain = Buffer.concat(JSON_BODIES.slice(0, 8).map(({ bytes }) => bytes));
const short = Buffer.from('{"ok":true}');

const coded = (coding: string, bytes: Buffer, name = coding): SampleBody => ({
  name: `Content-Encoding ${name}`,
  type: 'application/json',
  coding,
  bytes,
});

const COMPRESSED: readonly SampleBody[] = [
  ...[plain, short].flatMap((bytes) => [
    coded('gzip', gzipSync(bytes), `gzip of ${bytes.length} bytes`),
    coded('deflate', deflateSync(bytes), `deflate of ${bytes.length} bytes`),
    coded('br', brotliCompressSync(bytes), `br of ${bytes.length} bytes`),
    coded('zstd', zstdCompressSync(bytes), `zstd of ${bytes.length} bytes`),
  ]),
  coded('deflate', deflateRawSync(plain), 'deflate without its head'),
  coded('gzip', gzipSync(Buffer.alloc(0)), 'gzip of nothing'),
  coded('gzip', Buffer.concat([gzipSync(short), gzipSync(plain)]), 'gzip in two members'),
  coded('gzip', gzipSync(plain).subarray(0, -9), 'gzip, cut off'),
  coded('gzip', gzipSync(Buffer.alloc(50_000_000)), 'gzip of 50 MB of zeros'),
  coded('gzip, br', brotliCompressSync(gzipSync(plain)), 'gzip, then br'),
  coded('gzip', plain, 'gzip, though it is not'),
  coded('x-unknown', plain, 'of an unknown kind'),
  coded('identity', plain),
];

export const TEXT_BODIES: readonly SampleBody[] = [
  ...Object.entries(XML).map(([name, text]) => ({
    name: `XML, ${name}`,
    type: name === 'SOAP' ? 'application/soap+xml; charset=utf-8' : 'text/xml',
    bytes: Buffer.from(text),
  })),
  ...other,
  ...COMPRESSED,
];
