import { mediaSignal } from '../../../shared/media.ts';

/** The list stands beside the request. The same width stands in inspect-layout.css. */
export const hasTwoColumns = mediaSignal('(min-width: 56rem)');
