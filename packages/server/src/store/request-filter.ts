import type { CapturedRequest } from '@roomcast/protocol';
import { fold } from '../util/fold.ts';
import { jsonAt, parseJsonPath } from '../util/json-path.ts';
import type { RequestFilter } from './webhook-store.ts';

type Test = (request: CapturedRequest) => boolean;

/** Tells of a captured request, the bytes of its JSON, whether it is looked for. */
export function matcherOf(filter: RequestFilter): (data: Buffer) => boolean {
  const tests = testsOf(filter);
  if (tests.length === 0) return () => true;
  return (data) => {
    const request = parse(data.toString()) as CapturedRequest | undefined;
    return request !== undefined && tests.every((test) => test(request));
  };
}

/** The cheapest first. */
function testsOf({ method, path, header, json, text, from, to }: RequestFilter): readonly Test[] {
  const tests: Test[] = [];
  if (method !== undefined) tests.push((request) => request.method === method);
  if (from !== undefined) tests.push(({ timestamp }) => Date.parse(timestamp) >= from);
  if (to !== undefined) tests.push(({ timestamp }) => Date.parse(timestamp) < to);
  if (path !== undefined) tests.push(pathTest(path));
  if (header !== undefined) tests.push(headerTest(header));
  if (json !== undefined) tests.push(jsonTest(json));
  if (text !== undefined) tests.push(textTest(text));
  return tests;
}

function pathTest(part: string): Test {
  const contains = finderOf(part);
  return ({ path, query }) => contains(query === '' ? path : `${path}?${query}`);
}

function headerTest({ name, value }: NonNullable<RequestFilter['header']>): Test {
  const contains = finderOf(value ?? '');
  return ({ headers }) => Object.hasOwn(headers, name) && contains(headers[name] ?? '');
}

function textTest(part: string): Test {
  const contains = finderOf(part);
  return ({ url, headers, body, bodyEncoding }) =>
    contains(url) || Object.values(headers).some(contains) || (bodyEncoding === 'utf8' && contains(body ?? ''));
}

function jsonTest({ path, value }: NonNullable<RequestFilter['json']>): Test {
  const steps = parseJsonPath(path);
  if (!steps) return () => false;
  return ({ body, bodyEncoding }) => {
    if (body === null || bodyEncoding !== 'utf8') return false;
    const json = body.startsWith('\uFEFF') ? body.slice(1) : body;
    const found = jsonAt(parse(json), steps);
    if (found === undefined || value === null) return found !== undefined;
    if (typeof found === 'object' && found !== null) return false;
    if (String(found) === value) return true;
    // Numbers beyond 2^53, and such as 1.50, are not what they were once they have been read.
    return typeof found === 'number' && Number(value) === found && jsonAt(parse(json, asWritten), steps) === value;
  };
}

/** Undefined where it is no JSON, or where its nesting is too deep to be read. */
function parse(text: string, reviver?: (key: string, value: unknown, context: Source) => unknown): unknown {
  try {
    return JSON.parse(text, reviver as ((key: string, value: unknown) => unknown) | undefined);
  } catch {
    return undefined;
  }
}

/** ECMAScript's "JSON.parse source text access": of what is neither array nor object, its text. */
interface Source {
  readonly source?: string;
}

function asWritten(_: string, value: unknown, { source }: Source): unknown {
  return typeof value === 'number' ? source : value;
}

/** Tells whether a text contains a part, whatever the case and however accents were written. */
function finderOf(part: string): (text: string) => boolean {
  const wanted = fold(part);
  return (text) => fold(text).includes(wanted);
}
