import { FILE_BODIES } from './bodies-files.ts';
import { FORM_BODIES } from './bodies-forms.ts';
import { JSON_BODIES } from './bodies-json.ts';
import { ODD_BODIES } from './bodies-odd.ts';
import { TEXT_BODIES } from './bodies-texts.ts';

/** A body as somebody sends it to a webhook. */
export interface SampleBody {
  readonly name: string;
  /** Content-Type; null = none is sent. */
  readonly type: string | null;
  /** Content-Encoding. */
  readonly coding?: string;
  readonly bytes: Buffer;
}

/** 200 bodies of all kinds, the same in every run. */
export const BODIES: readonly SampleBody[] = [
  ...JSON_BODIES,
  ...FORM_BODIES,
  ...FILE_BODIES,
  ...TEXT_BODIES,
  ...ODD_BODIES,
];
