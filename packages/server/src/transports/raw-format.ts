import type { WireFormat } from '../core/wire.ts';
import { textFrame } from './frame.ts';

/** The raw bridge: the data of publications, byte for byte, and nothing else (B2). */
export const rawFormat: WireFormat = {
  name: 'raw',
  publication: (_room, record) => textFrame(record.data),
  event: () => null,
};
