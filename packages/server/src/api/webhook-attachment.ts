import type { FastifyReply } from 'fastify';

const LONGEST_NAME = 150;

/**
 * Makes an answer a download. What strangers have sent stands on our origin: no browser may take it for a page of ours.
 * @param name whatever somebody has called it
 */
export function asAttachment(reply: FastifyReply, name: string, type = 'application/octet-stream'): FastifyReply {
  return reply.type(type).headers({
    'content-disposition': contentDisposition(safeName(name)),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
}

/**
 * A name that names a file on any system and no place: no folders, nothing hidden, no characters that are unseen or turn
 * the direction of writing (`fdp.exe` must not look like `exe.pdf`).
 */
export function safeName(given: string): string {
  const base = given.replace(/^.*[/\\]/s, '');
  const clean = base.replace(/[\p{C}\p{Zl}\p{Zp}"*:<>?|%]/gu, '_').replace(/^[.\s]+|[.\s]+$/g, '');
  return shortened(clean) || 'download';
}

/** Cuts the middle out: beginnings are telling, and so are extensions. */
function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= LONGEST_NAME) return name;
  return [...characters.slice(0, LONGEST_NAME - 20), ...characters.slice(-20)].join('');
}

/** RFC 6266 §4.3 and appendix D: the name in UTF-8, before it what is left of it in ASCII. */
function contentDisposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '\\$&');
  const plain = `attachment; filename="${ascii}"`;
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${extended(name)}`;
}

/** RFC 8187 §3.2.1: what may stand there as it is, is less than what `encodeURIComponent` leaves. */
function extended(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
