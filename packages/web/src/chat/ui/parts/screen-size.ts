import { mediaSignal } from '../../../shared/media.ts';

/** The same widths stand in chat-layout.css. */

/** Rooms stand beside the room. */
export const hasRoomColumn = mediaSignal('(min-width: 48rem)');
/** Members, or the search, stand beside it too. */
export const hasSideColumn = mediaSignal('(min-width: 72rem)');
/** A mouse: a keyboard is likely, and putting the caret somewhere raises no keyboard on the screen. */
export const hasMouse = mediaSignal('(pointer: fine)');
