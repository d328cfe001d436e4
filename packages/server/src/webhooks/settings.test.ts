import { describe, expect, test } from 'vitest';
import { readSettings, responseOf, retentionOf, writeSettings } from './settings.ts';

const BOUNDS = { webhookRequests: 10, webhookAge: 1000 };

describe('W11 what a webhook answers', () => {
  test('W11 changes what is named and leaves the rest', () => {
    const first = responseOf({ status: 201, headers: [['X-A', ' 1\t']] });
    expect(first).toEqual({ status: 201, headers: [['X-A', '1']], body: '', delay: 0, cors: true });
    expect(responseOf({ body: 'x', status: undefined as unknown as number }, first)).toEqual({ ...first, body: 'x' });
    expect(responseOf(undefined, first)).toBe(first);
  });

  test.each([
    ...[199, 101, 600, 200.5, Number.NaN].map((status) => [{ status }, 'status', 'status'] as const),
    ...[-1, 30_001, 0.5].map((delay) => [{ delay }, 'delay', 'delay'] as const),
    [{ body: 'é'.repeat(32 * 1024 + 1) }, 'body', '64 KiB'] as const,
    [{ body: '\ud800' }, 'body', 'surrogate'] as const,
  ])('W11 refuses %j', (wish, field, named) => {
    expect(() => responseOf(wish)).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', field: `body.response.${field}` }),
    );
    expect(() => responseOf(wish)).toThrow(named);
  });

  test.each([
    ...['Set-Cookie', 'Content-Length', 'Transfer-Encoding', 'connection', 'Trailer', 'Upgrade', 'Alt-Svc'],
    ...['Content-Security-Policy', 'X-Content-Type-Options', 'Service-Worker-Allowed', 'Clear-Site-Data'],
    ...['Strict-Transport-Security', 'Refresh', 'WWW-Authenticate', 'Content-Encoding', 'NEL', 'Accept-CH'],
    ...['X-Accel-Redirect', 'X-Accel-Buffering', 'X-Sendfile', 'X-Sendfile-Temporary', 'X-Lighttpd-Send-File'],
    ...['X-Reproxy-URL', 'Surrogate-Control', 'X-LiteSpeed-Location', 'X-Envoy-Immediate-Health-Check-Fail'],
    ...['X-AppEngine-BlobKey', 'X-Archive-Files', 'CDN-Cache-Control', 'Cloudflare-CDN-Cache-Control', 'Edge-Control'],
    ...['Sec-Session-Registration', 'Roomcast-Request-Id', 'Access-Control-Allow-Origin', 'Location'],
  ])('W11 refuses the header %s, whatever its case', (name) => {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(() => responseOf({ headers: [[written, 'x']] })).toThrow(
        expect.objectContaining({
          code: 'VALIDATION_ERROR',
          field: 'body.response.headers',
          message: expect.stringContaining(name.toLowerCase()),
        }),
      );
    }
  });

  test.each([
    ['a b', 'x'],
    ['', 'x'],
    ['x:', 'y'],
    ['x', 'a\r\nSet-Cookie: b'],
    ['x', '€'],
    ['x', '\0'],
  ])('W11 refuses the header %j: %j, which HTTP does not know', (name, value) => {
    expect(() => responseOf({ headers: [[name, value]] })).toThrow(JSON.stringify(name));
  });

  test('W11 allows what goes with the status and with the choice about other origins', () => {
    expect(responseOf({ status: 301, headers: [['Location', '/']] }).status).toBe(301);
    expect(responseOf({ status: 201, headers: [['Location', '/made/1']] }).headers).toEqual([['Location', '/made/1']]);
    expect(() => responseOf({ status: 202, headers: [['Location', '/']] })).toThrow('201 and those from 300 to 399');
    const own = { cors: false, headers: [['Access-Control-Allow-Origin', '*']] } as const;
    expect(responseOf(own).headers).toEqual(own.headers);
    // Neither may be taken away afterwards.
    expect(() => responseOf({ cors: true }, responseOf(own))).toThrow('access-control-allow-origin');
    expect(() => responseOf({ status: 200 }, responseOf({ status: 301, headers: [['Location', '/']] }))).toThrow(
      'location',
    );
  });

  test('W11 bounds the headers in number and in length', () => {
    const many = (count: number) => Array.from({ length: count }, () => ['x', 'y'] as const);
    expect(responseOf({ headers: many(50) }).headers).toHaveLength(50);
    expect(() => responseOf({ headers: many(51) })).toThrow('at most 50 headers');
    expect(() => responseOf({ headers: [['x', 'y'.repeat(8192)]] })).toThrow('8192 characters');
  });
});

describe('W11 what a webhook keeps', () => {
  test('W11 within what the operator allows now, whatever it was when it was set', () => {
    const retention = retentionOf({ requests: 100 }, BOUNDS);
    expect(retention).toEqual({ requests: 100, age: 1000 });
    const kept = writeSettings({ response: responseOf({}), retention, usedAt: 5, clearedAt: 6, hasCaptured: true });
    expect(readSettings(kept, BOUNDS)).toMatchObject({ retention, usedAt: 5, clearedAt: 6, hasCaptured: true });
    expect(readSettings(kept, { webhookRequests: 1, webhookAge: 10 }).retention).toEqual({ requests: 10, age: 10 });
    expect(readSettings(kept, { webhookRequests: 1000, webhookAge: 0 }).retention).toEqual(retention);
    const forEver = writeSettings({
      response: responseOf({}),
      retention: { requests: 1, age: 0 },
      usedAt: 0,
      clearedAt: 0,
      hasCaptured: false,
    });
    expect(readSettings(forEver, BOUNDS).retention).toEqual({ requests: 1, age: 1000 });
  });

  test('W11 any age only where the operator sets none', () => {
    expect(() => retentionOf({ age: 0 }, BOUNDS)).toThrow('for at most 1 second.');
    expect(retentionOf({ age: 0 }, { ...BOUNDS, webhookAge: 0 }).age).toBe(0);
  });

  test.each([
    [7 * 86_400_000, '7 days'],
    [86_400_000, '1 day'],
    [36 * 3_600_000, '36 hours'],
    [90_000, '90 seconds'],
    [1500, '1500 milliseconds'],
  ])('W11 the longest age of %i is refused to be exceeded in words', (webhookAge, words) => {
    expect(() => retentionOf({ age: webhookAge + 1 }, { ...BOUNDS, webhookAge })).toThrow(
      `This server keeps requests for at most ${words}.`,
    );
  });

  test('what cannot be read is as it was by default', () => {
    for (const text of ['', 'null', '{"response":7']) {
      expect(readSettings(text, BOUNDS).response).toEqual(responseOf({}));
    }
  });
});
