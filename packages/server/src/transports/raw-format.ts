import type { WireFormat } from '../core/wire.ts';
import { inlineBase64 } from '../util/inline-binary.ts';
import { textFrame } from './frame.ts';

/** The raw bridge: the data of publications, byte for byte, and nothing else (B2). */
export const rawFormat: WireFormat = {
  name: 'raw',
  publication: (_room, { data, attachments }) => textFrame(attachments ? inlineBase64(data, attachments) : data),
  event: () => null,
};
