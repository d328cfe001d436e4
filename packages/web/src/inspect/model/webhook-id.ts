/** The id of a webhook; the server has the last word. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{1,62}[A-Za-z0-9_-]$|^[A-Za-z0-9_-]{3,64}$/;

/**
 * The webhook that somebody means by what they typed or pasted: an id, the URL that captures (with whatever stands
 * behind the id), or the page's own.
 * @returns null where it names none
 */
export function webhookIdFrom(text: string): string | null {
  const trimmed = text.trim();
  const path = /^https?:\/\//i.test(trimmed) ? pathOf(trimmed) : trimmed;
  const id = /^\/?(?:hooks|inspect)\/([^/?#]+)/.exec(path)?.[1] ?? path.replace(/^\//, '');
  return ID.test(id) ? id : null;
}

/** The webhook whose page stands at that path; null at the start. */
export function webhookIdOfPath(path: string): string | null {
  const id = /^\/inspect\/([^/]+)/.exec(path)?.[1];
  return id === undefined ? null : safeDecode(id);
}

function pathOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return '';
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
