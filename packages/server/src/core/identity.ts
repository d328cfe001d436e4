/** Who a connection belongs to: a logged-in user, by one login session. Checked before the connection came to be. */
export interface Identity {
  /** The store's number for the user. */
  readonly userKey: number;
  readonly userId: string;
  readonly username: string;
  /** Names the login session: the hash of its token, never the token. */
  readonly sessionHash: string;
}
