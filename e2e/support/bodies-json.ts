import type { SampleBody } from './bodies.ts';
import { randomWord, seeded } from './bodies-random.ts';

const random = seeded(20_260_101);
const id = (prefix: string) => `${prefix}${randomWord(24, random)}`;

/** Events as services send them: shortened, but with what makes each hard to keep. */
const EVENTS: Readonly<Record<string, object>> = {
  'Stripe charge.succeeded': {
    id: id('evt_'),
    object: 'event',
    api_version: '2025-09-30.clover',
    created: 1_767_225_600,
    data: {
      object: {
        id: id('ch_'),
        amount: 1999,
        currency: 'jpy',
        billing_details: { name: '山田 太郎', address: { city: 'Łódź', line2: null, postal_code: '〒100-0001' } },
        description: 'Café – crème brûlée × 2',
        receipt_url: 'https://pay.stripe.com/receipts/payment/CAcaFwoV?s=ap&x=%2F',
        metadata: { order_id: '6735', note: 'say "hi" \\ bye', empty: '' },
      },
    },
    livemode: false,
    request: { id: null, idempotency_key: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' },
    type: 'charge.succeeded',
  },
  'Stripe invoice.payment_failed': {
    id: id('evt_'),
    type: 'invoice.payment_failed',
    data: { object: { id: id('in_'), attempt_count: 3, lines: { data: Array.from({ length: 12 }, () => id('il_')) } } },
    pending_webhooks: 1,
  },
  'GitHub push': {
    ref: 'refs/heads/feature/ünïcödé-🚀',
    before: '0'.repeat(40),
    after: randomWord(40, random),
    commits: Array.from({ length: 5 }, (_, i) => ({
      id: randomWord(40, random),
      message: `fix(#${i}): don't "break" it\n\nCo-authored-by: Zoë <zoe@example.com>\r\n\tSigned-off-by: 李`,
      timestamp: '2026-01-31T12:00:00+01:00',
      author: { name: 'Bjørn Ødegård', email: 'b@example.com' },
      added: ['src/été.ts', 'docs/<script>.md', 'a b/c\\d'],
    })),
    pusher: { name: 'octo-cat', email: '583231+octocat@users.noreply.github.com' },
  },
  'GitHub issue_comment': {
    action: 'created',
    comment: { body: '```ts\nconst a = `$b`;\n```\n\n- [x] done ✅\n> quote\u00a0here', id: 2_147_483_648 },
    sender: { login: 'dependabot[bot]', id: 49_699_333, site_admin: false },
  },
  'GitHub check_run': {
    action: 'completed',
    check_run: { output: { text: '\u001b[31mFAIL\u001b[0m  2 of 7', title: '' } },
  },
  'Slack event_callback': {
    token: id(''),
    event: {
      type: 'message',
      text: '<@U061F7AUR> :wave: &lt;b&gt; &amp; <https://example.com|link> 👩‍👩‍👧‍👦 🇩🇪 1️⃣',
      ts: '1767225600.000200',
      blocks: [{ type: 'rich_text', elements: [{ type: 'emoji', name: 'tada', unicode: '1f389' }] }],
    },
    event_context: '4-eyJldCI6Im1lc3NhZ2UifQ',
  },
  'Slack url_verification': { token: id(''), challenge: randomWord(52, random), type: 'url_verification' },
  'Shopify orders/create': {
    id: 820_982_911_946_154_500,
    email: 'jon@example.com',
    total_price: '403.00',
    line_items: [{ title: 'Aviator “sunglasses” 12″', price: '89.99', sku: "SKU'2006/01\u2028" }],
    note: 'ne pas sonner, merci 🙏🏽',
    customer: { first_name: 'Νίκος', last_name: 'محمد', tags: '' },
  },
  'Telegram update': {
    update_id: 10_000,
    message: {
      date: 1_767_225_600,
      text: 'Привет, мир 𝕏 \u202e‮reversed',
      entities: [{ type: 'bold', offset: 0, length: 6 }],
    },
  },
  'SendGrid events': [
    { email: 'a@example.com', event: 'delivered', 'smtp-id': '<14c5d75ce93.dfd.64b469@ismtpd-555>', timestamp: 1 },
    {
      email: 'a@example.com',
      event: 'click',
      url: 'http://example.com/?a=1&b=%E2%9C%93',
      useragent: 'Mozilla/4.0 (…)',
    },
  ],
  'Discord interaction': { type: 2, data: { name: 'blep', options: [{ name: 'animal', value: '🐕‍🦺' }] }, version: 1 },
  'GitLab merge_request': {
    object_kind: 'merge_request',
    user: { name: 'Administrator\u0000', avatar_url: 'http://www.gravatar.com/avatar/e64?s=80\u0026d=identicon' },
    object_attributes: { id: 99, title: 'MS-Viewport </script><!--', created_at: '2013-12-03T17:23:34Z', weight: 1e-7 },
  },
  'Mailgun bounced': {
    signature: { token: id(''), timestamp: '1767225600', signature: randomWord(64, random) },
    'event-data': { severity: 'permanent', 'delivery-status': { message: '550 5.1.1 <ä@例え.jp> unknown\r\n' } },
  },
  'CloudEvents order': { specversion: '1.0', type: 'com.example.order', source: '/a/b', data_base64: 'AAEC/w==' },
};

/** How different programs write the same JSON. */
const STYLES: Readonly<Record<string, (value: object) => string>> = {
  compact: (value) => JSON.stringify(value),
  pretty: (value) => `${JSON.stringify(value, null, 2)}\n`,
  'tabs and CRLF': (value) => JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n'),
  'ASCII and escaped slashes': (value) =>
    JSON.stringify(value)
      .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .replaceAll('/', '\\/'),
};

/** JSON that does not survive being parsed and written again, or is none. */
const TEXTS: Readonly<Record<string, string>> = {
  'a byte order mark': '\ufeff{"a":1}',
  'numbers larger than any': '{"id":12345678901234567890123456789,"x":1e400,"y":-0,"z":1.10,"w":1E+2}',
  'a key twice': '{"a":1,"a":2,"__proto__":{"b":3},"constructor":null}',
  'lone surrogates, escaped': '{"a":"\\ud800","b":"\\udc00\\ud83d"}',
  'NUL, escaped': '{"a":"\\u0000\\u001f\\u007f"}',
  'lines of JSON': '{"n":1}\n{"n":2}\r\n{"n":3}\n',
  'deep arrays': `${'['.repeat(3000)}${']'.repeat(3000)}`,
  'space around': ' \t\r\n {"a" : [ 1 , 2 ] }\n\n ',
  'a string': '"just text"',
  null: 'null',
  'cut off': '{"event":"order.created","data":{"id":',
  'single quotes': "{'a': 'b', c: undefined, // comment\n}",
  'a frame of ours': '{"type":"new-request","id":1,"payload":{"id":"x","offset":1,"epoch":"y"}}',
  'a packet of Socket.IO': '42["new-request",{"_placeholder":true,"num":0},"1-2"]',
};

export const JSON_BODIES: readonly SampleBody[] = [
  ...Object.entries(EVENTS).flatMap(([event, value]) =>
    Object.entries(STYLES).map(([style, write]) => ({
      name: `JSON, ${event}, ${style}`,
      type: 'application/json; charset=utf-8',
      bytes: Buffer.from(write(value)),
    })),
  ),
  ...Object.entries(TEXTS).map(([name, text]) => ({
    name: `JSON, ${name}`,
    type: 'application/json',
    bytes: Buffer.from(text),
  })),
];
