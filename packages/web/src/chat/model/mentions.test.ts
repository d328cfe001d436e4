import { expect, test } from 'vitest';
import { mentions } from './mentions.ts';

test.each(['@ann', 'hello @Ann, how are you?', '(@ann)', 'so @ANN!', '@anna and @ann', '😀@ann😀'])(
  '%s names ann',
  (text) => {
    expect(mentions(text, 'Ann')).toBe(true);
  },
);

test.each(['ann', '@anna', 'mail@ann.org', '@ann-marie', '@ann_', 'ü@ann', '@annä', ''])(
  '%s does not name ann',
  (text) => {
    expect(mentions(text, 'ann')).toBe(false);
  },
);
