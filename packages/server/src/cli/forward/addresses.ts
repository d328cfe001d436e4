import { StartFault } from '../../util/start-fault.ts';

/** A webhook that is listened to. */
export interface WebhookAddress {
  readonly id: string;
  /** Where its server is, without a slash at the end: `http://localhost:8080`, or with the path that a proxy puts before. */
  readonly server: string;
}

const ID = /^[A-Za-z0-9_.-]{3,64}$/;
const PATH = /^(?<base>.*?)\/(?:hooks|inspect)\/(?<id>[^/]+)\/?$/;

/**
 * Reads the address under which a webhook captures (`/hooks/ID`), or that of its page (`/inspect/ID`).
 * @throws StartFault with a sentence for the user
 */
export function parseWebhookAddress(text: string): WebhookAddress {
  const url = webAddress(text);
  const example = 'it looks like http://localhost:8080/hooks/ID';
  if (url === null) throw new StartFault(`${shown(text)} is not the address of a webhook; ${example}.`);
  if (url.username !== '' || url.password !== '') {
    throw new StartFault('Leave user and password out of the address of the webhook; see --secret-file.');
  }
  const { base = '', id = '' } = PATH.exec(url.pathname)?.groups ?? {};
  if (!ID.test(id)) throw new StartFault(`${shown(text)} is not the address of a webhook; ${example}.`);
  return { id, server: `${url.origin}${base}` };
}

/**
 * Reads the address of a server.
 * @returns it without a slash at the end
 * @throws StartFault with a sentence for the user
 */
export function parseServer(text: string): string {
  const url = webAddress(text);
  const isBare = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (isBare) return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  throw new StartFault(`${shown(text)} is not the address of a server; it looks like http://localhost:8080.`);
}

/**
 * Reads where requests go: `http://localhost:3000/path`; as `localhost:3000` or `3000`, too.
 * @throws StartFault with a sentence for the user
 */
export function parseTarget(text: string): URL {
  const url = webAddress(/^\d+$/.test(text) ? `localhost:${text}` : text);
  if (url !== null && url.hash === '' && url.username === '' && url.password === '') return url;
  throw new StartFault(
    `${shown(text)} is nowhere to forward to; it must be an http address such as http://localhost:3000/path.`,
  );
}

/** `http://` may be left out. */
function webAddress(text: string): URL | null {
  const full = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(full)) return null;
  const url = new URL(full);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** What a user gave, without what could be a secret in it, and without what a terminal would obey. */
function shown(text: string): string {
  return JSON.stringify(text.replace(/\/\/[^/@]*@/, '//…@').slice(0, 200)).replace(/[\p{Cc}\p{Cf}]/gu, '�');
}
