const STEP = /\.(?<key>[^.[\]"'\s]+)|\[(?<quoted>"(?:[^"\\]|\\.)*")\]|\[(?<index>\d{1,9})\]/y;

/**
 * The steps of a path into a JSON text, the part of RFC 9535 that names one place: `$` is the whole of it, `.name` or
 * `["any name"]` a member of an object, `[0]` an element of an array. Null where it is no such path.
 */
export function parseJsonPath(path: string): readonly (string | number)[] | null {
  if (!path.startsWith('$')) return null;
  const steps: (string | number)[] = [];
  for (let at = 1; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const { key, quoted, index } = STEP.exec(path)?.groups ?? {};
    const step = index === undefined ? (key ?? unquoted(quoted)) : Number(index);
    if (step === null) return null;
    steps.push(step);
  }
  return steps;
}

function unquoted(quoted: string | undefined): string | null {
  if (quoted === undefined) return null;
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}

/** What is at the end of these steps; undefined where there is nothing. */
export function jsonAt(value: unknown, steps: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of steps) {
    const isPlace = typeof step === 'number' ? Array.isArray(at) : isObject(at);
    if (!isPlace || !Object.hasOwn(at as object, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
