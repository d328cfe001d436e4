import { LIMITS } from './limits.ts';
import { parseRoomName, type RoomName } from './names.ts';

/** The namespace of chat rooms. */
export const CHAT = 'chat';

// Letters and digits of any script, with their marks: a room may be called 東京 or São Paulo.
const UNSAFE = /[^\p{L}\p{N}\p{M}_-]+/gu;
const USERNAME = /^[A-Za-z0-9_-]+$/;

/**
 * The room that a person means by a name (D7): trimmed, lower case, unsafe characters as one hyphen, none at the ends,
 * 50 characters. `General Chat!`, `general-chat` and `chat:general-chat` are the same room. What comes out goes in
 * unchanged. Returns the end of a sentence ("has …") where nothing is left of the name.
 */
export function chatRoomName(given: string): RoomName | { readonly fault: string } {
  const bare = given.startsWith(`${CHAT}:`) ? given.slice(CHAT.length + 1) : given;
  const safe = bare.normalize('NFC').toLowerCase().normalize('NFC').replace(UNSAFE, '-').replace(/-{2,}/g, '-');
  const id = [...trimHyphens(safe)].slice(0, LIMITS.chatRoomId).join('');
  const trimmed = trimHyphens(id);
  if (trimmed === '') return { fault: 'has no letter and no digit' };
  return parseRoomName(`${CHAT}:${trimmed}`);
}

/** A chat room's name as it is shown: white space runs are one space. */
export function chatDisplayName(given: string): string {
  const shown = given.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return [...shown].slice(0, LIMITS.chatRoomName).join('');
}

/** What is wrong with a username, as a sentence for a person, or null (D10a). */
export function usernameFault(name: string): string | null {
  if (name.length < LIMITS.usernameMin || name.length > LIMITS.usernameMax) {
    return `Usernames have ${LIMITS.usernameMin} to ${LIMITS.usernameMax} characters.`;
  }
  return USERNAME.test(name) ? null : 'Usernames are made of letters (a–z), digits, "_" and "-".';
}

/** What is wrong with a new password, as a sentence for a person, or null (D10a). */
export function passwordFault(password: string): string | null {
  const { length } = [...password];
  if (length < LIMITS.passwordMin) return `Passwords have at least ${LIMITS.passwordMin} characters.`;
  return length > LIMITS.passwordMax ? `Passwords have at most ${LIMITS.passwordMax} characters.` : null;
}

function trimHyphens(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}
