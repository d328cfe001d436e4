/** Shortcode and emoji, in the order of the picker. A small set: what people use day by day. */
export const EMOJI: readonly (readonly [name: string, emoji: string])[] = [
  ['smile', '😄'],
  ['grin', '😁'],
  ['joy', '😂'],
  ['wink', '😉'],
  ['blush', '😊'],
  ['heart_eyes', '😍'],
  ['thinking', '🤔'],
  ['neutral', '😐'],
  ['unamused', '😒'],
  ['sweat_smile', '😅'],
  ['sob', '😭'],
  ['cry', '😢'],
  ['scream', '😱'],
  ['rage', '😡'],
  ['sleeping', '😴'],
  ['sunglasses', '😎'],
  ['shrug', '🤷'],
  ['facepalm', '🤦'],
  ['thumbsup', '👍'],
  ['thumbsdown', '👎'],
  ['ok_hand', '👌'],
  ['clap', '👏'],
  ['wave', '👋'],
  ['pray', '🙏'],
  ['muscle', '💪'],
  ['eyes', '👀'],
  ['heart', '❤️'],
  ['broken_heart', '💔'],
  ['fire', '🔥'],
  ['star', '⭐'],
  ['sparkles', '✨'],
  ['tada', '🎉'],
  ['rocket', '🚀'],
  ['bulb', '💡'],
  ['bug', '🐛'],
  ['check', '✅'],
  ['cross', '❌'],
  ['warning', '⚠️'],
  ['question', '❓'],
  ['coffee', '☕'],
  ['cake', '🍰'],
  ['pizza', '🍕'],
  ['beer', '🍺'],
  ['sun', '☀️'],
  ['rain', '🌧️'],
  ['lock', '🔒'],
  ['link', '🔗'],
  ['hourglass', '⏳'],
];

const byName = new Map<string, string>([...EMOJI, ['+1', '👍'], ['-1', '👎'], ['party', '🎉'], ['laughing', '😂']]);
const WRITTEN = /:([a-z0-9_+-]{2,16}):$/;
const REACH = 18;

/** The emoji whose shortcode ends at the caret, and where that begins; null where none does. */
export function shortcodeAt(text: string, caret: number): { readonly start: number; readonly emoji: string } | null {
  const found = WRITTEN.exec(text.slice(Math.max(0, caret - REACH), caret));
  const emoji = byName.get(found?.[1] ?? '');
  return found && emoji !== undefined ? { start: caret - found[0].length, emoji } : null;
}

/** Whether a text is nothing but one to three emoji: those are shown larger. */
export function isJumbo(text: string): boolean {
  return text.length <= 40 && ONLY_EMOJI.test(text);
}

const ONLY_EMOJI = /^(?:\s*\p{RGI_Emoji}){1,3}\s*$/v;
