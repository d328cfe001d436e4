import type { CapturedRequest } from '@roomcast/protocol';
import { fold } from './fold.ts';
import { parseJsonPath, valueAt } from './json-path.ts';

/** Which requests are looked for: all that is given must hold. The same meaning as in the list of the HTTP API. */
export interface RequestFilter {
  /** Exact, as `POST`. */
  readonly method?: string;
  /** Part of the path and query below the webhook, whatever the case. */
  readonly path?: string;
  /** A header by its name; with a value: part of it, whatever the case. */
  readonly header?: { readonly name: string; readonly value: string | null };
  /** A place in a JSON body, as `$.user.id`; with a value: a text, number, true, false or null there equals this. */
  readonly json?: { readonly path: string; readonly value: string | null };
  /** Part of the body (where it is text), of the URL, or of a header's value; whatever the case. */
  readonly text?: string;
  /** When it came, in milliseconds since 1970: this, or later. */
  readonly from?: number;
  /** Before this. */
  readonly to?: number;
}

/** Whether a request is looked for, so that what comes live can be put into a filtered list without asking the server. */
export function matches(request: CapturedRequest, filter: RequestFilter): boolean {
  return (
    (filter.method === undefined || request.method === filter.method) &&
    (filter.from === undefined || Date.parse(request.timestamp) >= filter.from) &&
    (filter.to === undefined || Date.parse(request.timestamp) < filter.to) &&
    (filter.path === undefined || contains(pathAndQuery(request), filter.path)) &&
    (filter.header === undefined || hasHeader(request, filter.header)) &&
    (filter.text === undefined || hasText(request, filter.text)) &&
    // Last, because it is the dearest.
    (filter.json === undefined || hasJson(request, filter.json))
  );
}

function pathAndQuery({ path, query }: CapturedRequest): string {
  return query === '' ? path : `${path}?${query}`;
}

function hasHeader(request: CapturedRequest, { name, value }: { name: string; value: string | null }): boolean {
  const wanted = name.toLowerCase();
  if (!Object.hasOwn(request.headers, wanted)) return false;
  return value === null || contains(request.headers[wanted] ?? '', value);
}

function hasText(request: CapturedRequest, text: string): boolean {
  if (contains(request.url, text)) return true;
  if (request.bodyEncoding === 'utf8' && contains(request.body ?? '', text)) return true;
  return Object.values(request.headers).some((value) => contains(value, text));
}

function hasJson(request: CapturedRequest, { path, value }: { path: string; value: string | null }): boolean {
  const steps = parseJsonPath(path);
  if (steps === null || request.bodyEncoding !== 'utf8') return false;
  const json = (request.body ?? '').replace(/^\uFEFF/, '');
  const found = valueAt(parsed(json), steps);
  if (found === undefined || value === null) return found !== undefined;
  if (typeof found === 'object' && found !== null) return false;
  if (String(found) === value) return true;
  // Numbers beyond 2^53, and such as 1.50, are not what they were once they have been read.
  return typeof found === 'number' && Number(value) === found && valueAt(parsed(json, asWritten), steps) === value;
}

/** Of a value that is neither array nor object: its text (ECMAScript's "JSON.parse source text access"). */
interface Source {
  readonly source?: string;
}

function asWritten(_: string, value: unknown, context?: Source): unknown {
  return typeof value === 'number' ? context?.source : value;
}

function parsed(text: string, reviver?: (key: string, value: unknown, context?: Source) => unknown): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return undefined;
  }
}

function contains(text: string, part: string): boolean {
  return fold(text).includes(fold(part));
}
