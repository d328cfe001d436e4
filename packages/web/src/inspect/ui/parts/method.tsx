/** Methods that have a colour of their own; it is never all that tells them apart. */
const TONES: Readonly<Record<string, string>> = {
  GET: 'read',
  HEAD: 'read',
  OPTIONS: 'read',
  POST: 'write',
  PUT: 'change',
  PATCH: 'change',
  DELETE: 'remove',
};

/** The method of a request, at a glance. */
export function Method({ method }: { readonly method: string }) {
  return (
    <span class="method" data-tone={TONES[method] ?? 'other'}>
      {method}
    </span>
  );
}
