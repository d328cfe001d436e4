import type { CapturedRequest } from '@roomcast/protocol';
import { bytesOf } from './body-bytes.ts';
import { type BodyDiff, diffBodies } from './diff-body.ts';
import { diffLists } from './line-diff.ts';

export interface ValueDiff {
  readonly left: string;
  readonly right: string;
  readonly same: boolean;
}

/** A header's fields as they were sent. */
type Fields = readonly (readonly [name: string, value: string])[];

export interface HeaderDiff {
  /** In lower case. */
  readonly name: string;
  /** `changed`: other values, or its name is written otherwise. `moved`: it stands elsewhere among the others. */
  readonly change: 'same' | 'added' | 'removed' | 'changed' | 'moved';
  readonly left: Fields;
  readonly right: Fields;
}

/** How two captured requests differ. */
export interface RequestDiff {
  readonly same: boolean;
  readonly method: ValueDiff;
  /** Path and query as they were sent. */
  readonly target: ValueDiff;
  /** In the left one's order, then what only the right one has. */
  readonly headers: readonly HeaderDiff[];
  readonly body: BodyDiff;
}

/** Compares what was sent: method, target, headers, body. `bodies`: their bytes, where they have been decompressed. */
export function diffRequests(
  left: CapturedRequest,
  right: CapturedRequest,
  bodies: Readonly<Record<'left' | 'right', Uint8Array>> = { left: bytesOf(left), right: bytesOf(right) },
): RequestDiff {
  const method = diffValues(left.method, right.method);
  const target = diffValues(left.url, right.url);
  const headers = diffHeaders(left.rawHeaders, right.rawHeaders);
  const body = diffBodies(comparedBody(left, bodies.left), comparedBody(right, bodies.right));
  const same = method.same && target.same && body.kind === 'same' && headers.every(({ change }) => change === 'same');
  return { same, method, target, headers, body };
}

function comparedBody({ headers, truncated }: CapturedRequest, bytes: Uint8Array) {
  return { bytes, contentType: headers['content-type'], truncated };
}

function diffValues(left: string, right: string): ValueDiff {
  return { left, right, same: left === right };
}

function diffHeaders(left: Fields, right: Fields): readonly HeaderDiff[] {
  const [leftByName, rightByName] = [byName(left), byName(right)];
  const moved = movedNames([...leftByName.keys()], [...rightByName.keys()]);
  return [...new Set([...leftByName.keys(), ...rightByName.keys()])].map((name) => {
    const fields = { left: leftByName.get(name) ?? [], right: rightByName.get(name) ?? [] };
    return { name, ...fields, change: changeOf(fields.left, fields.right, moved.has(name)) };
  });
}

function changeOf(left: Fields, right: Fields, isMoved: boolean): HeaderDiff['change'] {
  if (left.length === 0) return 'added';
  if (right.length === 0) return 'removed';
  if (JSON.stringify(left) !== JSON.stringify(right)) return 'changed';
  return isMoved ? 'moved' : 'same';
}

function byName(fields: Fields): ReadonlyMap<string, Fields> {
  return Map.groupBy(fields, ([name]) => name.toLowerCase());
}

/** The fewest names of both sides that stand in another place among the others. */
function movedNames(left: readonly string[], right: readonly string[]): ReadonlySet<string> {
  const [inLeft, inRight] = [new Set(left), new Set(right)];
  const ours = left.filter((name) => inRight.has(name));
  const theirs = right.filter((name) => inLeft.has(name));
  const runs = diffLists(ours, theirs).filter(({ side }) => side === 'left');
  return new Set(runs.flatMap((run) => ours.slice(run.left, run.left + run.count)));
}
