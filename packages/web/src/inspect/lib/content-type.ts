/** What a `content-type` header says. All in lower case but the values of parameters. */
export interface ContentType {
  /** As `application/json`; empty where the header is missing or is no media type. */
  readonly type: string;
  readonly charset: string | null;
  readonly boundary: string | null;
}

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;
const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"\s]*))/g;

/** Reads a `content-type` header (RFC 9110, section 8.3). Several joined by a comma: the first. Never throws. */
export function readContentType(header: string | undefined): ContentType {
  const [first = ''] = (header ?? '').split(/[;,]/, 1);
  const type = first.trim().toLowerCase();
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain] of (header ?? '').matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return {
    type: MEDIA_TYPE.test(type) ? type : '',
    charset: parameters.get('charset')?.toLowerCase() || null,
    boundary: parameters.get('boundary') || null,
  };
}
