import type { SampleBody } from './bodies.ts';
import { GIF, makePng, makeZip } from './bodies-files.ts';
import { randomBytes } from './bodies-random.ts';

const FORMS: Readonly<Record<string, string>> = {
  Twilio: 'ToCountry=DE&SmsMessageSid=SM1f0e&Body=Hallo+Welt+%F0%9F%91%8B&From=%2B4930123456&NumMedia=0',
  PayPal: 'mc_gross=19.95&protection_eligibility=Eligible&payer_id=LPLWNMTBWMFAY&charset=windows-1252&name=Jos%E9',
  'Slack command': `payload=${encodeURIComponent(JSON.stringify({ type: 'block_actions', text: 'ü & =' }))}`,
  Rails: 'user%5Bname%5D=a&user[tags][]=x&user[tags][]=y&utf8=%E2%9C%93',
  'a name several times': 'a=1&a=2&a=&a&b=3&A=4',
  'wrong escapes': 'a=%zz&b=%&c=%e2%82&%=x&d=100%',
  separators: '&&=&=a&a==b&;c=d;e',
  'nothing escaped': 'name=Jürgen Müller&city=São Paulo&emoji=🎉',
  'a newline at the end': 'a=1&b=2\r\n',
  plus: 'a=1+1%2B1&b=+&c=%20',
};

interface Part {
  /** What stands behind `form-data`, as it is written. */
  readonly disposition: string;
  readonly headers?: readonly string[];
  readonly content: string | Buffer;
}

const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW';

function multipart(name: string, parts: readonly Part[], boundary = BOUNDARY, type = boundary): SampleBody {
  const written = parts.flatMap(({ disposition, headers = [], content }) => [
    [`--${boundary}`, `Content-Disposition: form-data${disposition}`, ...headers, '', ''].join('\r\n'),
    content,
    '\r\n',
  ]);
  const pieces = [...written, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string));
  return { name: `multipart, ${name}`, type: `multipart/form-data; boundary=${type}`, bytes: Buffer.concat(pieces) };
}

const OCTETS = ['Content-Type: application/octet-stream'];
const text: Part = { disposition: '; name="text"', content: 'plain\r\nlines\n' };

/** A file of that name, as it is written. */
const named = (written: string): Part => ({
  disposition: `; name="file"; ${written}`,
  headers: OCTETS,
  content: randomBytes(300, written.length + 7),
});

const MULTIPARTS: readonly SampleBody[] = [
  multipart('fields', [text, { disposition: '; name="empty"', content: '' }]),
  multipart('a text file', [
    { disposition: '; name="f"; filename="notes.txt"', headers: ['Content-Type: text/plain'], content: 'äöü\n' },
  ]),
  multipart('a picture', [
    text,
    { disposition: '; name="p"; filename="p.png"', headers: ['Content-Type: image/png'], content: makePng(9, 5) },
  ]),
  multipart('several files of one name', [
    { disposition: '; name="f[]"; filename="1.gif"', headers: ['Content-Type: image/gif'], content: GIF },
    { disposition: '; name="f[]"; filename="2.zip"', headers: OCTETS, content: makeZip({ 'a.txt': 'A', 'ü/b': 'B' }) },
    { disposition: '; name="f[]"; filename="3.bin"', headers: OCTETS, content: randomBytes(70_000, 3) },
  ]),
  multipart('odd file names', [
    named('filename="quote\\".txt"'),
    named('filename="C:\\Users\\me\\a.txt"'),
    named('filename="日本語 👾.txt"'),
    named(`filename*=UTF-8''na%C3%AFve%20file.txt`),
    named('filename="../../etc/passwd"'),
    named('filename="line%0D%0Abreak%22.txt"'),
    named('filename=""'),
    named('filename=unquoted.txt'),
  ]),
  multipart('an empty file', [{ disposition: '; name="f"; filename="e"', headers: OCTETS, content: '' }]),
  multipart('no parts', []),
  multipart('what looks like its boundary', [
    { disposition: '; name="f"; filename="b"', headers: OCTETS, content: `\r\n--${BOUNDARY.slice(0, -1)}\r\n--\r\n` },
  ]),
  multipart('a boundary in quotes', [text], "gc0pJq0M:08'jU534c0p", `"gc0pJq0M:08'jU534c0p"`),
  multipart('the longest boundary', [text], 'b'.repeat(70)),
  multipart('no name', [{ disposition: '', content: 'x' }]),
  {
    name: 'multipart, lines ending in LF, text before and behind',
    type: 'multipart/form-data; boundary=x',
    bytes: Buffer.from('before\n--x\nContent-Disposition: form-data; name="a"\n\n1\n--x--\nbehind\n'),
  },
  {
    name: 'multipart, cut off in a file',
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    bytes: multipart('', [text, named('filename="cut"')]).bytes.subarray(0, -150),
  },
  { name: 'multipart, no boundary named', type: 'multipart/form-data', bytes: multipart('', [text]).bytes },
];

export const FORM_BODIES: readonly SampleBody[] = [
  ...Object.entries(FORMS).map(([name, form]) => ({
    name: `form, ${name}`,
    type: 'application/x-www-form-urlencoded',
    bytes: Buffer.from(form),
  })),
  ...MULTIPARTS,
];
