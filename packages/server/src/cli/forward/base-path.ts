import type { CapturedRequest } from '@roomcast/protocol';

/** How often a target, and what stands before it, may decode a path one after the other. */
const DECODINGS = 3;

/**
 * Whether what a stranger sent behind the webhook's id could lead out of the target's own path: `/../admin` behind
 * `http://localhost:3000/api/hooks`. Programs read paths in different ways: it does as soon as it does in one of them.
 */
export function leavesBase({ path }: Pick<CapturedRequest, 'path'>, target: URL): boolean {
  if (target.pathname === '/') return false; // there is nothing above it
  return readingsOf(path).some(climbsOut);
}

/** As it is and percent-decoded; with backslashes as they are, and as the slashes that browsers and Windows take them for. */
function readingsOf(path: string): readonly string[] {
  const readings = [path];
  let last = path;
  for (let times = 0; times < DECODINGS && last.includes('%'); times++) {
    last = last.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    readings.push(last);
  }
  return readings.flatMap((text) => (text.includes('\\') ? [text, text.replaceAll('\\', '/')] : [text]));
}

/** Whether `..` come before the segments that they take away. Empty segments do not count, as some merge slashes. */
function climbsOut(path: string): boolean {
  let depth = 0;
  for (const segment of path.split('/')) {
    const [name] = segment.split(';', 1); // servlets cut parameters off first: `..;x`
    if (name === '..') depth--;
    else if (name !== '' && name !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}
