/** Writing without spaces between words, and signs that stand for themselves: each character is a word of its own. */
const SINGLES =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{So}]/gu;

/** What the index takes for part of a word. The same categories as in TOKENIZER, or a search would miss words. */
const WORD = /[\p{L}\p{N}\p{Co}\p{So}]/u;
/** FTS5's splitter. Case and accents make no difference. */
export const TOKENIZER = `unicode61 remove_diacritics 2 categories ''L* N* Co So''`;

const TERM = /"([^"]*)"|[^\s"]+/gu;
/** Words that count of one search; nobody means more, and each costs. */
const MOST_TERMS = 32;

// biome-ignore lint/suspicious/noControlCharactersInRegex: this is about the plain characters
const ASCII = /^[\x01-\x7f]*$/;

/** A text as the index gets it: full-width letters and the like are plain, and characters that are words stand apart. */
export function spaced(text: string): string {
  if (ASCII.test(text)) return text;
  // FTS5 reads up to a NUL.
  return text.normalize('NFKC').replaceAll('\0', ' ').replace(SINGLES, ' $& ');
}

/**
 * What a person typed as an expression of FTS5: all words must be there, each as a word or the beginning of one, and
 * "quoted phrases" as they stand. Nothing in it can be syntax. Null where there is not a single word.
 */
export function searchExpression(text: string): string | null {
  const terms = new Set<string>();
  for (const [whole, phrase] of spacedOutsideTerms(text).matchAll(TERM)) {
    const words = spaced(phrase ?? whole);
    if (WORD.test(words)) terms.add(phrase === undefined ? `"${words}" *` : `"${words}"`);
    if (terms.size === MOST_TERMS) break;
  }
  return terms.size === 0 ? null : [...terms].join(' AND ');
}

/** Only compatibility forms of quotes and spaces matter here; the terms are spaced one by one. */
function spacedOutsideTerms(text: string): string {
  return text.normalize('NFKC').replaceAll('\0', ' ').replace(/[“”„]/g, '"');
}
