import { crc32, deflateSync } from 'node:zlib';
import type { SampleBody } from './bodies.ts';
import { randomBytes } from './bodies-random.ts';

/** Small files of their kinds, each of them valid. */

export const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Colourful pixels, 8 bits each of red, green and blue. */
export function makePng(width: number, height: number): Buffer {
  const rows = Array.from({ length: height }, (_, row) =>
    Buffer.concat([Buffer.of(0), randomBytes(3 * width, row + 1)]),
  );
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = deflateSync(Buffer.concat(rows));
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  return Buffer.concat([uint32be(data.length), named, uint32be(crc32(named))]);
}

/** One grey pixel: a quantisation table, a frame, two Huffman tables of one code each, and a scan of two bits. */
function makeJpeg(): Buffer {
  const table = (id: string) => `ffc40014${id}01${'00'.repeat(15)}00`;
  const hex = [
    'ffd8',
    `ffdb004300${'01'.repeat(64)}`,
    'ffc0000b080001000101011100',
    table('00'),
    table('10'),
    'ffda0008010100003f003f',
    'ffd9',
  ];
  return Buffer.from(hex.join(''), 'hex');
}

function makePdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>',
  ];
  // The comment of bytes above 127 says that it is binary.
  let text = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${`${place}`.padStart(10, '0')} 00000 n \n`;
  });
  const start = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** Files by name, stored without compression. */
export function makeZip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let place = 0;
  for (const [name, content] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), Buffer.from(content)];
    // Version, flags (names are UTF-8), method, time, date, checksum, sizes, lengths of name and extra field.
    const facts = Buffer.concat([
      Buffer.from('0a000008000000002100', 'hex'),
      ...[crc32(data), data.length, data.length].map(uint32le),
      Buffer.of(path.length, 0, 0, 0),
    ]);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, path, data]);
    const rest = Buffer.concat([Buffer.alloc(10), uint32le(place)]);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x0a\x00'), facts, rest, path]));
    locals.push(local);
    place += local.length;
  }
  const directory = Buffer.concat(entries);
  const count = entries.length;
  const end = [
    Buffer.from('PK\x05\x06\0\0\0\0'),
    Buffer.of(count, 0, count, 0),
    uint32le(directory.length),
    uint32le(place),
    Buffer.alloc(2),
  ];
  return Buffer.concat([...locals, directory, ...end]);
}

/** A second of noise, 8 bits, 8,000 times a second. */
function makeWav(): Buffer {
  const samples = randomBytes(8000, 8);
  const format = Buffer.from('10000000010001 00401f0000401f000001000800'.replaceAll(' ', ''), 'hex');
  const size = uint32le(36 + samples.length);
  return Buffer.concat([
    ...[Buffer.from('RIFF'), size, Buffer.from('WAVEfmt ')],
    ...[format, Buffer.from('data'), uint32le(samples.length), samples],
  ]);
}

function uint32be(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint32le(value: number): Buffer {
  return uint32be(value).reverse();
}

const file = (name: string, type: string, bytes: Buffer): SampleBody => ({ name: `file, ${name}`, type, bytes });

export const FILE_BODIES: readonly SampleBody[] = [
  file('PNG of a pixel', 'image/png', makePng(1, 1)),
  file('PNG of 64 × 64', 'image/png', makePng(64, 64)),
  file('PNG of 200 × 150', 'image/png', makePng(200, 150)),
  file('JPEG', 'image/jpeg', makeJpeg()),
  file('GIF', 'image/gif', GIF),
  file('PDF', 'application/pdf', makePdf()),
  file('ZIP', 'application/zip', makeZip({ 'read me.txt': 'hello\n', 'a/ü.json': '{}' })),
  file('empty ZIP', 'application/zip', makeZip({})),
  file('WAV', 'audio/wav', makeWav()),
  file('WebAssembly', 'application/wasm', Buffer.from('0061736d01000000', 'hex')),
  file('MessagePack', 'application/msgpack', Buffer.from('82a7636f6d70616374c3a6736368656d6100', 'hex')),
  file('CBOR', 'application/cbor', Buffer.from('a26161016162820203', 'hex')),
  file('Protocol Buffers', 'application/x-protobuf', Buffer.from('089601120774657374696e67', 'hex')),
  file('PNG that says it is JSON', 'application/json', makePng(3, 3)),
];
