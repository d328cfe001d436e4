/** Where a binary value is missing from data, as Socket.IO's own packets have it. */
interface Placeholder {
  readonly _placeholder: true;
  readonly num: number;
}

/**
 * Data with its binary values in their places: as `restore` makes them of attachments.
 * @param data JSON text with placeholders
 */
export function withAttachments<T>(
  data: Buffer,
  attachments: readonly Buffer[],
  restore: (attachment: Buffer) => T,
): unknown {
  return JSON.parse(data.toString(), (_key, value: unknown) => {
    if (!isPlaceholder(value)) return value;
    const attachment = attachments[value.num];
    return attachment === undefined ? null : restore(attachment);
  });
}

/** As JSON text in which each binary value is `{"$base64": "…"}`. */
export function inlineBase64(data: Buffer, attachments: readonly Buffer[]): Buffer {
  return Buffer.from(
    JSON.stringify(withAttachments(data, attachments, (bytes) => ({ $base64: bytes.toString('base64') }))),
  );
}

function isPlaceholder(value: unknown): value is Placeholder {
  return typeof value === 'object' && value !== null && '_placeholder' in value && value._placeholder === true;
}

/** A value without its binary parts: placeholders stand for them. The value itself where it has none. */
export function detachBinary(value: unknown): { readonly value: unknown; readonly attachments: readonly Buffer[] } {
  const attachments: Buffer[] = [];
  const detach = (part: unknown): unknown => {
    if (part instanceof Uint8Array) {
      attachments.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength));
      return { _placeholder: true, num: attachments.length - 1 } satisfies Placeholder;
    }
    if (Array.isArray(part)) return part.map(detach);
    if (typeof part !== 'object' || part === null || part instanceof Date) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, detach(inner)]));
  };
  const detached = detach(value);
  return attachments.length === 0 ? { value, attachments } : { value: detached, attachments };
}
