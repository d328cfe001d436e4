/** The title of the tab: `room · Roomcast (3)`; the number is what is unread. */
export function pageTitle(room: string | null, unread: number): string {
  const name = room === null ? 'Chat' : room;
  return unread > 0 ? `${name} · Roomcast (${unread})` : `${name} · Roomcast`;
}
