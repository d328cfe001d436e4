import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CapturedRequest } from '@roomcast/protocol';
import Schema from 'typebox/schema';
import { describe, expect, test } from 'vitest';
import { bodyTextOf } from '../src/webhooks/body-text.ts';
import { curlCommand as curlPieces } from '../src/webhooks/export/curl.ts';
import { capture, createWebhook, download, requestsOf } from './support/hooks.ts';
import { aProblem, problemOf } from './support/http.ts';
import { RawServer } from './support/raw-server.ts';
import { serve } from './support/server.ts';

type Header = readonly [name: string, value: string];

/** Runs a script in a POSIX shell with an environment of its own, and waits for its end. */
async function run(script: Buffer | string): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' };
  const shell = spawn('sh', ['-s'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  shell.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  shell.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  shell.stdin.end(script);
  const [code] = (await once(shell, 'close')) as [number | null];
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
}

/** A request that has been captured, with what matters here. */
function captured(sent: {
  method?: string;
  url?: string;
  httpVersion?: string;
  headers: readonly Header[];
  body?: Buffer;
  secure?: boolean;
}): CapturedRequest {
  const { method = 'POST', url = '/hooks/x', httpVersion = '1.1', headers, body = Buffer.alloc(0) } = sent;
  return {
    ...{ id: 'a', webhookId: 'x', method, url, path: '', query: '', httpVersion, headers: {}, rawHeaders: headers },
    ...{ queryParams: {}, ...bodyTextOf(body), bodySize: body.length, truncated: false, timestamp: '', sourceIp: '' },
    ...{ userAgent: null, secure: sent.secure ?? false, duration: 0 },
  };
}

const curlCommand = (...given: Parameters<typeof curlPieces>) => Buffer.concat([...curlPieces(...given)]);

const OF_CURL = ['host', 'content-length'];
const without = (headers: readonly Header[]) => headers.filter(([name]) => !OF_CURL.includes(name.toLowerCase()));

describe('a curl command', () => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const typed = (type: string): readonly Header[] => [['Content-Type', type]];
  const JSON_BODY = Buffer.from('{"a":"it\'s $HOME `id` \\\\ \\"ü\\" !!"}');
  const cases: readonly (readonly [string, Parameters<typeof captured>[0]])[] = [
    ['GET', { method: 'GET', headers: [['Accept', '*/*']] }],
    ['GET with a body', { method: 'GET', headers: [], body: Buffer.from('a') }],
    ['HEAD', { method: 'HEAD', headers: [] }],
    ['DELETE', { method: 'DELETE', headers: [['User-Agent', 'me']] }],
    ['a rare method', { method: 'M-SEARCH', headers: [] }],
    ['POST without a body', { headers: [] }],
    ['POST with an empty body', { headers: [['Content-Length', '0']] }],
    ['JSON', { headers: typed('application/json'), body: JSON_BODY }],
    ['a form', { headers: typed('application/x-www-form-urlencoded'), body: Buffer.from("a=1&b=%20'x'") }],
    ['a body without a type', { method: 'PUT', headers: [], body: Buffer.from('x') }],
    ['a body that looks like a file for curl', { headers: [], body: Buffer.from('@/etc/passwd') }],
    ['a body that looks like an option', { headers: [], body: Buffer.from('-n\r\n') }],
    ['line breaks of both kinds', { headers: [], body: Buffer.from('a\r\nb\n\nc\n') }],
    ['percent signs and backslashes between line breaks', { headers: [], body: Buffer.from("100%\\n\r\n%s '\\'\r\n") }],
    ['tabs, and a BOM', { headers: [], body: Buffer.from('\uFEFFa\tb\fc\bd') }],
    ['all bytes', { headers: [], body: everyByte }],
    ['invalid UTF-8', { headers: [], body: Buffer.from([0x61, 0xff, 0xfe]) }],
    ['200 kB of text', { headers: [], body: Buffer.from("it's\n".repeat(40_000)) }],
    ['1 MB of bytes', { headers: [], body: Buffer.concat(Array(4096).fill(everyByte)) }],
    ['chunks', { headers: [['Transfer-Encoding', 'chunked']], body: Buffer.from('in chunks') }],
    ['an encoding', { headers: [['Content-Encoding', 'gzip']], body: Buffer.from([0x1f, 0x8b, 8, 0]) }],
    [
      'headers in order, case and repeats',
      {
        headers: [
          ['x-b', '1'],
          ['X-A', '2'],
          ['x-b', '3'],
          ['X-Empty', ''],
          ['accept', 'a/b'],
          ['COOKIE', 'a=1; b="2"'],
          ['Authorization', 'Bearer $x'],
        ],
      },
    ],
    [
      'headers with quotes, tabs and bytes',
      {
        headers: [
          ['X-A', `'"\\`],
          ['X-B', 'a\tb'],
          ['X-C', 'caf\xe9'],
          ['X-D', 'caf\xc3\xa9 %s'],
        ],
      },
    ],
    ['HTTP/1.0', { httpVersion: '1.0', headers: [] }],
    ['a query', { url: '/hooks/x/a%20b?q=%C3%A4&b=[1]&c={2}&d=$HOME', headers: [] }],
    ['a path that programs like to tidy up', { url: '/hooks/x/../y/./z//?', headers: [] }],
    ['escapes in lower case', { url: '/hooks/x/%2f%c3%a4', headers: [] }],
    ['signs that no URL has', { url: `/hooks/x/"<>|^\`\\?#a='b'`, headers: [] }],
    ['an absolute target', { method: 'GET', url: 'http://other.example/hooks/x', headers: [] }],
    ['OPTIONS of all', { method: 'OPTIONS', url: '*', headers: [] }],
  ];

  test.each(cases)('W11 repeats %s exactly', async (_, sent) => {
    const server = await RawServer.start();
    const headers: readonly Header[] = [['Host', server.host], ...sent.headers];
    const command = curlCommand(captured({ ...sent, headers }), 'http://unused.example');
    const { code, err } = await run(command);
    expect(code, `${command}\n${err}`).toBe(0);
    const [got] = server.requests;
    expect(server.requests).toHaveLength(1);
    const { method = 'POST', url = '/hooks/x', httpVersion = '1.1', body = Buffer.alloc(0) } = sent;
    expect(got?.line).toBe(`${method} ${url} HTTP/${httpVersion}`);
    expect(without(got?.headers ?? [])).toEqual(without(headers));
    expect(got?.headers.filter(([name]) => name === 'Host')).toEqual([['Host', server.host]]);
    expect(got?.body.equals(body)).toBe(true);
    expect(command.toString(), 'fit for a terminal').not.toMatch(/[^\P{Cc}\n]|\uFFFD/u);
  });

  test('W11 goes where the request went, under the name that it used', async () => {
    const server = await RawServer.start();
    const named = curlCommand(
      captured({ headers: [['Host', 'Hooks.Example:80']] }),
      'http://unused.example',
    ).toString();
    expect(named).toContain("--header 'Host: Hooks.Example:80'");
    expect(named).toContain('http://hooks.example/hooks/x');
    const nameless = curlCommand(captured({ headers: [] }), `http://${server.host}`);
    expect((await run(nameless)).code).toBe(0);
    expect(server.requests[0]?.headers).toEqual([]);
    const secure = curlCommand(captured({ headers: [['Host', '[::1]:8443']], secure: true }), 'http://x').toString();
    expect(secure).toMatch(/--http1\.1[\s\S]*--globoff[\s\S]*https:\/\/\[::1\]:8443\/hooks\/x/);
  });

  test('W11 says where it repeats a part only', () => {
    const request = { ...captured({ headers: [], body: Buffer.from('abc') }), truncated: true };
    expect(curlCommand(request, 'http://x').toString()).toMatch(
      /^# Only the first 3 bytes of the body were kept\.\ncurl /,
    );
  });
});

const headers = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name', 'value'],
    properties: { name: { type: 'string' }, value: { type: 'string' } },
  },
} as const;
const number = { type: 'number' } as const;
const string = { type: 'string' } as const;
/** What HAR 1.2 demands, and what it knows; anything else has to begin with an underscore. */
const strict = (required: readonly string[], properties: object, optional: object = {}) => ({
  type: 'object',
  required,
  properties: { ...properties, ...optional, comment: string },
  patternProperties: { '^_': {} },
  additionalProperties: false,
});
const HAR = strict(['log'], {
  log: strict(['version', 'creator', 'entries'], {
    version: { const: '1.2' },
    creator: strict(['name', 'version'], { name: string, version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' } }),
    entries: {
      type: 'array',
      items: strict(['startedDateTime', 'time', 'request', 'response', 'cache', 'timings'], {
        startedDateTime: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z$' },
        time: { type: 'number', minimum: 0 },
        request: strict(
          ['method', 'url', 'httpVersion', 'cookies', 'headers', 'queryString', 'headersSize', 'bodySize'],
          {
            method: string,
            url: { type: 'string', pattern: '^https?://[^#]+$' },
            httpVersion: { type: 'string', pattern: '^HTTP/1\\.[01]$' },
            cookies: headers,
            headers,
            queryString: headers,
            headersSize: number,
            bodySize: number,
          },
          { postData: strict(['mimeType', 'text'], { mimeType: string, text: string }) },
        ),
        response: strict(
          [
            'status',
            'statusText',
            'httpVersion',
            'cookies',
            'headers',
            'content',
            'redirectURL',
            'headersSize',
            'bodySize',
          ],
          {
            status: number,
            statusText: string,
            httpVersion: string,
            cookies: headers,
            headers,
            content: strict(['size', 'mimeType'], { size: number, mimeType: string }),
            redirectURL: string,
            headersSize: number,
            bodySize: number,
          },
        ),
        cache: strict([], {}),
        timings: strict(['send', 'wait', 'receive'], { send: number, wait: number, receive: number }),
      }),
    },
  }),
});

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly request: Record<string, unknown>;
      readonly _id: string;
      readonly _truncated?: true;
    }[];
  };
}

describe('an export', () => {
  test('W11 as HAR is an archive of HAR 1.2 with all that was captured, oldest first', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const first = await capture(server, id, {
      path: '/a?x=1&x=%C3%A4',
      headers: { 'Content-Type': 'text/plain; charset=utf-8', Cookie: ['a=1; b="2"', 'c'], 'X-Name': 'caf\xc3\xa9' },
      body: Buffer.from('grüße'),
    });
    const second = await capture(server, id, { method: 'PUT', body: Buffer.from([0, 255]) });
    const third = await capture(server, id, { method: 'GET' });
    const { bytes, headers } = await download(server.port, `/api/webhooks/${id}/export?format=har`);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${id}.har"`,
      'content-security-policy': expect.stringMatching(/^sandbox/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    const har = JSON.parse(bytes.toString()) as Har;
    const [valid, errors] = Schema.Compile(HAR).Errors(har);
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
    expect(har.log.entries.map(({ _id }) => _id)).toEqual([first, second, third]);
    expect(har.log.entries[0]?.request).toMatchObject({
      method: 'POST',
      url: `http://localhost:${server.port}/hooks/${id}/a?x=1&x=%C3%A4`,
      httpVersion: 'HTTP/1.1',
      headers: expect.arrayContaining([{ name: 'X-Name', value: 'café' }]),
      cookies: [
        { name: 'a', value: '1' },
        { name: 'b', value: '"2"' },
        { name: '', value: 'c' },
      ],
      queryString: [
        { name: 'x', value: '1' },
        { name: 'x', value: 'ä' },
      ],
      postData: { mimeType: 'text/plain; charset=utf-8', text: 'grüße' },
      bodySize: 7,
    });
    expect(har.log.entries[1]?.request['postData']).toEqual({
      mimeType: 'application/octet-stream',
      text: 'AP8=',
      _encoding: 'base64',
    });
    expect(har.log.entries[2]?.request).not.toHaveProperty('postData');
  });

  test('W11 as JSON is what the list shows, of as many requests as there are, and of those that are wanted', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    for (let n = 0; n < 230; n++) await capture(server, id, { body: String(n), path: n % 50 === 0 ? '/fifty' : '' });
    const get = async (query: string) =>
      JSON.parse((await download(server.port, `/api/webhooks/${id}/export?format=json${query}`)).bytes.toString());
    const all = (await get('')) as { requests: { body: string }[] };
    expect(all.requests.map(({ body }) => Number(body))).toEqual(Array.from({ length: 230 }, (_, n) => n));
    expect(await get('&path=fifty')).toEqual({
      webhookId: id,
      requests: (await requestsOf(server, id, 'path=fifty&order=oldest')).requests,
    });
    expect(await get('&text=nothing')).toEqual({ webhookId: id, requests: [] });
  });

  test('W11 as curl is a script that sends all of it again', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const form = new FormData();
    form.append('file', new Blob([Buffer.from([0, 1, 2, 255])]), 'a.bin');
    await fetch(`http://127.0.0.1:${server.port}/hooks/${id}/form?a=1`, { method: 'POST', body: form });
    await capture(server, id, { method: 'PATCH', body: "it's text\r\n", headers: { 'X-A': ['1', '2'] } });
    await capture(server, id, { method: 'DELETE' });
    const { bytes, headers } = await download(server.port, `/api/webhooks/${id}/export?format=curl`);
    expect(headers['content-disposition']).toBe(`attachment; filename="${id}.sh"`);
    const { code, err } = await run(bytes);
    expect(code, err).toBe(0);
    const { requests } = await requestsOf(server, id, 'order=oldest');
    expect(requests).toHaveLength(6);
    const [before, after] = [requests.slice(0, 3), requests.slice(3)].map((half) =>
      half.map(({ method, url, body, bodyEncoding, rawHeaders }) => ({
        method,
        url,
        body,
        bodyEncoding,
        of: without(rawHeaders),
      })),
    );
    expect(after).toEqual(before);
  });

  test('W11 of one request is a command for the clipboard', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const requestId = await capture(server, id, { body: 'x' });
    const answer = await server.get(`/api/webhooks/${id}/requests/${requestId}/curl`);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.text).toMatch(new RegExp(`^curl [\\s\\S]* http://localhost:${server.port}/hooks/${id}\n$`));
    expect((await run(answer.text)).code).toBe(0);
    expect((await requestsOf(server, id)).total).toBe(2);
  });

  test('W11 of another format, or with a filter that is none, is refused', async () => {
    const server = await serve();
    const { id } = await createWebhook(server);
    const refused = async (query: string) => problemOf(await server.get(`/api/webhooks/${id}/export?${query}`));
    expect(await refused('')).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'query.format' }));
    expect(await refused('format=xml')).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'query.format' }));
    expect(await refused('format=har&json=x')).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'query.json' }));
    expect(await refused('format=har&limit=1')).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'query.limit' }));
  });
});
