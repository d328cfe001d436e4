import { CommandError } from '../core/errors.ts';

type Header = readonly [name: string, value: string];

export const MOST_HEADERS = 50;
/** Characters of all names and values together; most clients refuse more than 16 KiB of headers. */
const MOST_CHARACTERS = 8 * 1024;

const FIELD = 'body.response.headers';
// RFC 9110 §5.1 and §5.5: a token, and visible characters (ASCII and obs-text) with spaces and tabs between them.
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Why a header cannot be set, by its name. What a webhook answers is foreign content on the origin of this server. */
const DENIED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'is of the connection, which is the business of this server': [
      ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
      ...['content-length', 'alt-svc', 'http2-settings', 'date'],
    ],
    'says how the body is encoded, which is sent as it is': ['content-encoding'],
    'would set cookies for the other pages of this server': ['set-cookie', 'set-cookie2'],
    'would make browsers ask for a password in the name of this server': ['www-authenticate', 'proxy-authenticate'],
    'is what protects the other pages of this server': [
      ...['content-security-policy', 'content-security-policy-report-only', 'x-content-type-options'],
      ...['strict-transport-security', 'public-key-pins', 'public-key-pins-report-only', 'expect-ct'],
    ],
    'would change what browsers do with the other pages of this server': [
      ...['service-worker-allowed', 'clear-site-data', 'origin-agent-cluster', 'origin-trial', 'speculation-rules'],
      ...['accept-ch', 'critical-ch', 'report-to', 'reporting-endpoints', 'nel', 'set-login', 'refresh'],
      ...['observe-browsing-topics', 'activate-storage-access', 'use-as-dictionary'],
    ],
    'is an order to proxies and caches in front of this server': [
      ...['edge-control', 'edge-cache-tag', 'cache-tag', 'cdn-cache-control', 'xkey', 'x-key', 'x-esi', 'x-do-esi'],
      ...['x-cache-tags', 'pagespeed', 'x-page-speed', 'x-mod-pagespeed'],
    ],
  }).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

/**
 * Headers by which an application has the proxy in front of it serve a file or another address, or change how it treats
 * the server: nginx, Apache, lighttpd and Caddy, Perlbal, LiteSpeed, Envoy, App Engine, nginx's mod_zip, caches.
 */
const TO_PROXIES = [
  ...['x-accel-', 'x-sendfile', 'x-send-file', 'x-lighttpd-', 'x-reproxy-', 'x-litespeed-', 'x-lsadc-', 'x-envoy-'],
  ...['x-appengine-', 'x-archive-', 'x-middleware-', 'surrogate-', 'cloudflare-', 'netlify-', 'vercel-', 'x-vercel-'],
];

/** As `DENIED`, by the beginning of the name. */
const DENIED_PREFIXES: readonly Header[] = [
  ...TO_PROXIES.map((prefix) => [prefix, 'is an order to proxies and caches in front of this server'] as const),
  ['sec-', 'would change what browsers do with the other pages of this server'],
  ['attribution-reporting-', 'would change what browsers do with the other pages of this server'],
  ['roomcast-', 'is set by this server alone'],
];

/**
 * The headers of an answer, checked. White space around values is no part of them (RFC 9110 §5.5).
 * @throws CommandError VALIDATION_ERROR naming the header
 */
export function checkHeaders(headers: readonly Header[], status: number, cors: boolean): readonly Header[] {
  if (headers.length > MOST_HEADERS) throw invalid(`An answer has at most ${MOST_HEADERS} headers of its own.`);
  const checked = headers.map(([name, value]) => checkHeader(name, value.replace(/^[\t ]+|[\t ]+$/g, '')));
  const length = checked.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (length > MOST_CHARACTERS) throw invalid(`The headers have more than ${MOST_CHARACTERS} characters together.`);
  for (const [name] of checked) {
    const lower = name.toLowerCase();
    // RFC 9110 §10.2.2: with 201 it names what was made.
    if (lower === 'location' && status !== 201 && !(status >= 300 && status < 400)) {
      throw invalid('The header location goes with the status 201 and those from 300 to 399 only.');
    }
    if (cors && lower.startsWith('access-control-')) {
      throw invalid(
        `The header ${lower} is set by this server where "cors" is true; switch that off to set it yourself.`,
      );
    }
  }
  const lengths = checked.filter(([name]) => name.toLowerCase() === 'content-type').length;
  if (lengths > 1) throw invalid('The header content-type stands there more than once.');
  return checked;
}

function checkHeader(name: string, value: string): Header {
  const shown = JSON.stringify(name.slice(0, 100));
  if (!NAME.test(name)) throw invalid(`The header name ${shown} has characters that header names cannot have.`);
  if (!VALUE.test(value)) throw invalid(`The value of the header ${shown} has characters that headers cannot have.`);
  const lower = name.toLowerCase();
  const reason = DENIED.get(lower) ?? DENIED_PREFIXES.find(([prefix]) => lower.startsWith(prefix))?.[1];
  if (reason !== undefined) throw invalid(`The header ${lower} cannot be set: it ${reason}.`);
  return [name, value];
}

function invalid(message: string): CommandError {
  return new CommandError('VALIDATION_ERROR', message, { field: FIELD });
}
