/** First version that has it; `null`: none has. Edge is of one version with Chrome. */
interface Since {
  readonly chrome: number | null;
  readonly firefox: number | null;
  readonly safari: number | null;
}

export type Language = 'js' | 'css';

/** Something of the web platform that pages could use, and how its use looks in a built file. */
export interface Feature extends Since {
  readonly language: Language;
  readonly name: string;
  readonly use: RegExp;
  /** A check before its use, which makes it optional. */
  readonly check?: RegExp;
  /** What a browser without it does instead, where the page needs nothing more. */
  readonly instead?: string;
}

/** The oldest versions that the pages are for. `docs/reference/browsers.md` says the same. */
export const BASELINE = { chrome: 123, firefox: 140, safari: 17.5 } as const;

const NONE = null;

/** Compact notation of a table: name, use, Chrome and Edge, Firefox, Safari. */
type Row = readonly [name: string, use: RegExp, chrome: number | null, firefox: number | null, safari: number | null];

const CSS: readonly Row[] = [
  [':has()', /:has\(/, 105, 121, 15.4],
  ['color-mix()', /color-mix\(/, 111, 113, 16.2],
  ['light-dark()', /light-dark\(/, 123, 120, 17.5],
  ['dvh', /\ddvh\b/, 108, 101, 15.4],
  [':popover-open', /:popover-open/, 114, 125, 17],
  ['text-wrap: balance', /text-wrap:\s*balance/, 114, 121, 17.5],
  ['mask-image', /[^-]mask-image:/, 120, 53, 15.4],
  ['@container', /@container/, 105, 110, 16],
  ['@property', /@property/, 85, 128, 16.4],
  ['@starting-style', /@starting-style/, 117, 129, 17.5],
  ['allow-discrete', /allow-discrete/, 117, 129, 17.4],
  ['nesting', /[{;]\s*&/, 120, 117, 17.2],
  ['@scope', /@scope/, 118, 146, 17.4],
  ['text-wrap: pretty', /text-wrap:\s*pretty/, 117, NONE, 26],
  ['anchor positioning', /anchor-name:|position-anchor:|position-area:|\banchor\(/, 129, 147, 26],
  ['scroll-driven animations', /animation-timeline:|scroll-timeline/, 115, NONE, 26],
  ['view-transition-name', /view-transition-name:/, 111, 144, 18],
  ['interpolate-size', /interpolate-size:|calc-size\(/, 129, NONE, NONE],
  ['corner-shape', /corner-shape:/, 139, NONE, NONE],
  ['if()', /:\s*if\(/, 137, NONE, NONE],
  ['@function', /@function/, 139, NONE, NONE],
  ['contrast-color()', /contrast-color\(/, 147, 146, 26],
];

const JS: readonly Row[] = [
  ['toSorted() and its like', /\.(toSorted|toReversed|toSpliced)\(/, 110, 115, 16],
  ['findLast()', /\.findLast(Index)?\(/, 97, 104, 15.4],
  ['structuredClone()', /\bstructuredClone\(/, 98, 94, 15.4],
  ['AbortSignal.timeout()', /AbortSignal\.timeout\b/, 103, 100, 16],
  ['AbortSignal.any()', /AbortSignal\.any\b/, 116, 124, 17.4],
  ['URL.canParse()', /\bURL\.canParse\b/, 120, 115, 17],
  ['isWellFormed()', /\.(is|to)WellFormed\(/, 111, 119, 16.4],
  ['checkVisibility()', /\.checkVisibility\(/, 105, 106, 17.4],
  ['popovers', /\.(show|hide|toggle)Popover\(|\bpopover[`'"]?:/, 114, 125, 17],
  ['navigator.locks', /navigator\.locks/, 69, 96, 15.4],
  ['Object.groupBy()', /\b(Object|Map)\.groupBy\(/, 117, 119, 17.4],
  ['Promise.withResolvers()', /Promise\.withResolvers\b/, 119, 121, 17.4],
  ['Array.fromAsync()', /Array\.fromAsync\b/, 121, 115, 16.4],
  ['methods of Set', /\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference|union)\(/, 122, 127, 17],
  [
    'methods of Iterator',
    /\bIterator\.from\b|\.(values|keys|entries)\(\)\.(map|filter|take|drop|flatMap|reduce|toArray|forEach|some|every|find)\(/,
    122,
    131,
    18.4,
  ],
  ['URL.parse()', /\bURL\.parse\b/, 126, 126, 18],
  ['Promise.try()', /Promise\.try\b/, 128, 134, 18.2],
  ['RegExp.escape()', /RegExp\.escape\b/, 136, 134, 18.2],
  ['Uint8Array.fromBase64()', /\.(fromBase64|toBase64|fromHex|toHex)\(/, 140, 133, 18.2],
  ['using', /\b(await )?using [\w$]+\s*=/, 134, 141, NONE],
  ['modifiers in a RegExp', /\(\?[ims]*-?[ims]+:/, 125, 132, NONE],
  ['Temporal', /\bTemporal\./, 144, 139, NONE],
  ['scheduler.yield()', /\bscheduler\.(yield|postTask)\b/, 129, 142, NONE],
  ['requestIdleCallback()', /\brequestIdleCallback\(/, 47, 55, NONE],
  ['startViewTransition()', /\.startViewTransition\(/, 111, 144, 18],
  ['closedby', /\bclosed[bB]y\b/, 134, 141, NONE],
  ['command and commandfor', /\bcommand[fF]or\b/, 135, 144, 26.2],
  ['interestfor', /\binterest[fF]or\b/, 142, NONE, NONE],
  ['CloseWatcher', /\bCloseWatcher\b/, 126, NONE, NONE],
  ['setHTML()', /\.setHTML\(/, 146, 148, NONE],
  ['the Navigation API', /\bwindow\.navigation\b|\bnavigation\.(navigate|addEventListener)\b/, 102, 147, 26.2],
];

/** Those which some browser of the baseline lacks, and which the page may use all the same. */
const OPTIONAL: readonly Feature[] = [
  {
    ...feature('css', ['field-sizing', /field-sizing:/, 123, NONE, 26.2]),
    instead: 'The field of the chat is grown by script; that of the bridge scrolls.',
  },
  {
    ...feature('css', ['scrollbar-color', /scrollbar-color:/, 121, 64, 26.2]),
    instead: 'Scroll bars look as they do elsewhere.',
  },
  {
    ...feature('css', ['overflow-anchor', /overflow-anchor:/, 56, 66, NONE]),
    instead: 'It switches off what such a browser does not do.',
  },
  {
    ...feature('css', ['overflow-clip-margin', /overflow-clip-margin:/, 90, NONE, NONE]),
    instead: 'Letters are cut off at the edge of their box, not two pixels beyond.',
  },
  { ...feature('js', ['scrollend', /[`'"]scrollend[`'"]/, 114, 109, 26.2]), check: /[`'"]onscrollend[`'"]in window/ },
  { ...feature('js', ['moveBefore()', /\.moveBefore\(/, 133, 144, NONE]), check: /\.moveBefore&&/ },
];

export const FEATURES: readonly Feature[] = [
  ...CSS.map((row) => feature('css', row)),
  ...JS.map((row) => feature('js', row)),
  ...OPTIONAL,
];

function feature(language: Language, [name, use, chrome, firefox, safari]: Row): Feature {
  return { language, name, use, chrome, firefox, safari };
}

/** The features that the text uses. */
export function usedIn(language: Language, text: string): Feature[] {
  return FEATURES.filter((each) => each.language === language && each.use.test(text));
}

/** The browsers of the baseline that lack the feature. */
export function lacking(given: Since): string[] {
  const names = ['chrome', 'firefox', 'safari'] as const;
  return names.filter((name) => (given[name] ?? Number.POSITIVE_INFINITY) > BASELINE[name]);
}

/** What of the text does not work in the baseline, as sentences. */
export function tooNew(language: Language, text: string): string[] {
  return usedIn(language, text)
    .filter(({ check, instead }) => instead === undefined && !check?.test(text))
    .map((each) => ({ name: each.name, browsers: lacking(each) }))
    .filter(({ browsers }) => browsers.length > 0)
    .map(({ name, browsers }) => `${name} is missing in ${browsers.join(' and ')}`);
}
