import { ProblemError } from '../http/problem.ts';
import type { RequestFilter, RequestQuery } from '../store/webhook-store.ts';
import { parseJsonPath } from '../util/json-path.ts';

/** The filters of a list of requests, as they stand in the query. */
export interface FilterQuery {
  readonly method?: string;
  readonly path?: string;
  readonly header?: string;
  readonly json?: string;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface ListQuery extends FilterQuery {
  readonly limit?: string;
  readonly cursor?: string;
  readonly order?: 'newest' | 'oldest';
  readonly after?: string;
}

const DEFAULT_PAGE = 50;

/** @throws ProblemError VALIDATION_ERROR, with the field */
export function filterOf({ method, path, header, json, text, from, to }: FilterQuery): RequestFilter {
  return {
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(path === undefined ? {} : { path }),
    ...(header === undefined ? {} : { header: headerOf(header) }),
    ...(json === undefined ? {} : { json: jsonOf(json) }),
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { from: timeOf('from', from) }),
    ...(to === undefined ? {} : { to: timeOf('to', to) }),
  };
}

/** @throws ProblemError VALIDATION_ERROR, with the field */
export function placeOf(query: ListQuery): Pick<RequestQuery, 'order' | 'cursor' | 'limit'> {
  const { order = 'newest', cursor, after } = query;
  const limit = Number(query.limit ?? DEFAULT_PAGE);
  if (after !== undefined && order !== 'oldest') throw fault('after', 'goes with order=oldest only');
  if (cursor !== undefined) return { order, limit, cursor: offsetOf(cursor, order) };
  return { order, limit, cursor: after === undefined ? null : Number(after) };
}

/** Where the next page begins, for the client: it says nothing to it. Good as long as the webhook is. */
export function cursorOf(offset: number | null, order: RequestQuery['order']): string | null {
  return offset === null ? null : Buffer.from(`${order}:${offset}`).toString('base64url');
}

function offsetOf(cursor: string, order: RequestQuery['order']): number {
  const [, of, offset] = /^(newest|oldest):(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (of === undefined) throw fault('cursor', 'is not one of ours');
  if (of !== order) throw fault('cursor', `is of a list with order=${of}`);
  return Number(offset);
}

/** `name` or `name:value`. Names are tokens (RFC 9110 §5.1). */
function headerOf(given: string): NonNullable<RequestFilter['header']> {
  const [, name, value = ''] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?::(.*))?$/s.exec(given) ?? [];
  if (name === undefined) throw fault('header', 'must be the name of a header, or name:value');
  return { name: name.toLowerCase(), value: value.trim() || null };
}

/** `$.place` or `$.place=value`. An equals sign in a name has to stand in quotation marks: `$["a=b"]`. */
function jsonOf(given: string): NonNullable<RequestFilter['json']> {
  const ends = [...given.matchAll(/=|$/g)].map(({ index }) => index);
  const end = ends.find((at) => parseJsonPath(given.slice(0, at)) !== null);
  if (end === undefined) {
    throw fault('json', 'must be a place as $.user.id, $.items[0] or $["any name"], or place=value');
  }
  return { path: given.slice(0, end), value: end < given.length ? given.slice(end + 1) : null };
}

/** A day, or a time with its offset from UTC. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d))?$/;

function timeOf(field: 'from' | 'to', given: string): number {
  // A plus sign that nobody has escaped arrives as a space.
  const text = given.replace(/ (?=\d\d:?\d\d$)/, '+').replace(/([+-]\d\d)(\d\d)$/, zoneColon);
  const time = ISO_8601.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw fault(field, 'must be a time as 2026-11-21T10:00:00Z, or a day as 2026-11-21');
}

/** `+0100` → `+01:00`; the last four digits of a day (`2026-1121`) are no zone, and stay wrong. */
function zoneColon(zone: string, hours: string, minutes: string, at: number): string {
  return at > 10 ? `${hours}:${minutes}` : zone;
}

function fault(field: string, rule: string): ProblemError {
  return new ProblemError('VALIDATION_ERROR', `query.${field} ${rule}.`, { field: `query.${field}` });
}
