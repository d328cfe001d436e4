/** Bounds that belong to the protocol itself; those that an operator may raise are options of the server. */
export const LIMITS = {
  /** Longest room name behind the namespace, in Unicode code points. */
  roomName: 128,
  /** Longest namespace, in characters. */
  namespace: 32,
  /** Longest `event` of a publication, in characters. */
  eventName: 64,
  /** Longest `clientMessageId`, in characters. */
  clientMessageId: 64,
  /** Length of a `sessionId`, in characters: enough for a UUID and more. */
  sessionIdMin: 16,
  sessionIdMax: 64,
  /** Longest `id` of a command, in characters. */
  commandId: 64,
  /** Lists and objects inside each other, in a frame or a body of JSON. */
  nesting: 100,
  /** Longest name of a chat room as a person writes it, in code points; its id has at most `chatRoomId`. */
  chatRoomName: 100,
  chatRoomId: 50,
  /** Length of a username, in characters. */
  usernameMin: 3,
  usernameMax: 20,
  /** Length of a password, in characters. */
  passwordMin: 8,
  passwordMax: 1024,
  /** Longest text of a search, in characters. */
  searchText: 200,
  /** Most messages in one page of search results. */
  searchPage: 50,
  /** Most users in one page of a user list. */
  usersPage: 500,
  /** Most publications in one page of history. */
  historyPage: 500,
  /** Most rooms in one page of a room list. */
  roomsPage: 500,
  /** Length of a webhook's name, in characters; longest id of one. */
  webhookNameMin: 3,
  webhookId: 64,
  /** Longest name of somebody who watches a webhook, in characters. */
  watcherName: 40,
} as const;
