/** A request's target below `/hooks`, as it was sent: nothing is decoded but the id. */
export interface HookTarget {
  /** The webhook that is meant; empty where none is named. */
  readonly id: string;
  /** Path and query. */
  readonly url: string;
  /** What stands behind the id: empty, or begins with a slash. */
  readonly path: string;
  /** What stands behind the question mark. */
  readonly query: string;
}

const HOOKS = '/hooks';
/** RFC 9112 §3.2.2: a proxy's client names the server in the target as well. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** Null where the target is not `/hooks` or something below it. */
export function hookTargetOf(target: string): HookTarget | null {
  const url = target.startsWith('/') ? target : target.replace(ABSOLUTE, '');
  if (!url.startsWith(HOOKS)) return null;
  const mark = url.indexOf('?');
  const whole = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (whole === HOOKS) return { id: '', url, path: '', query };
  if (whole[HOOKS.length] !== '/') return null;
  const below = whole.slice(HOOKS.length + 1);
  const slash = below.indexOf('/');
  const id = slash < 0 ? below : below.slice(0, slash);
  return { id: decoded(id), url, path: slash < 0 ? '' : below.slice(slash), query };
}

/** Some clients encode what needs no encoding. */
function decoded(id: string): string {
  if (!id.includes('%')) return id;
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
