import type { RequestFilter } from '../lib/match.ts';

/** What the list is narrowed to, as it is written in the fields; all that is written must hold. */
export interface FilterFields {
  /** Part of the body, the URL or a header's value. */
  readonly text: string;
  readonly method: string;
  /** Part of path and query. */
  readonly path: string;
  /** `name` or `name: value`. */
  readonly header: string;
  /** `$.a.b` or `$.a.b=value`; the `$.` may be missing. */
  readonly json: string;
}

export const NO_FILTER: FilterFields = { text: '', method: '', path: '', header: '', json: '' };

/** The fields that say something, as the API takes them. */
export function filterQuery(fields: FilterFields): Readonly<Record<string, string>> {
  const given = { ...fields, method: fields.method.toUpperCase(), json: rooted(fields.json) };
  const pairs = Object.entries(given).map(([name, value]) => [name, value.trim()] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

/** The same for requests that come live. */
export function requestFilter(fields: FilterFields): RequestFilter {
  const { header, json, ...rest } = filterQuery(fields);
  return { ...rest, ...(header && { header: readHeader(header) }), ...(json && { json: readJson(json) }) };
}

/** How many fields beside the text are in use. */
export function usedFields(fields: FilterFields): number {
  return Object.keys(filterQuery({ ...fields, text: '' })).length;
}

function rooted(json: string): string {
  const path = json.trim();
  return path === '' || path.startsWith('$') ? path : `$${path.startsWith('[') ? '' : '.'}${path}`;
}

function readHeader(header: string): { readonly name: string; readonly value: string | null } {
  const [name = '', ...value] = header.split(':');
  return { name: name.trim(), value: value.join(':').trim() || null };
}

/** An equals sign within brackets belongs to a name. */
const JSON_FIELD = /^((?:\["(?:[^"\\]|\\.)*"\]|[^=])*)(?:=(.*))?$/s;

function readJson(json: string): { readonly path: string; readonly value: string | null } {
  const [, path = json, value] = JSON_FIELD.exec(json) ?? [];
  return { path, value: value ?? null };
}
