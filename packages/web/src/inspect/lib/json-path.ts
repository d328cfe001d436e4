/** Where to go from a value: a property's name, or an array's index. */
export type PathStep = string | number;

const STEP = /\.(?<key>[^.[\]"'\s]+)|\[(?<quoted>"(?:[^"\\]|\\.)*")\]|\[(?<index>\d{1,9})\]/y;

/**
 * Reads a path as `$.user.id`, `$.items[0]` or `$["a name"]`: of RFC 9535 the part that names one place, the same as the
 * server takes. Null where it is no such path.
 */
export function parseJsonPath(path: string): readonly PathStep[] | null {
  if (!path.startsWith('$')) return null;
  const steps: PathStep[] = [];
  for (let at = 1; at < path.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const { key, quoted, index } = STEP.exec(path)?.groups ?? {};
    const step = index === undefined ? (key ?? unquoted(quoted)) : Number(index);
    if (step === null) return null;
    steps.push(step);
  }
  return steps;
}

/** The value at that place; undefined where there is none. Inherited properties do not count. */
export function valueAt(value: unknown, steps: readonly PathStep[]): unknown {
  let found = value;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null) return undefined;
    if (Array.isArray(found) !== (typeof step === 'number')) return undefined;
    if (!Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

function unquoted(quoted: string | undefined): string | null {
  if (quoted === undefined) return null;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return null;
  }
}
