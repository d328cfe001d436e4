/** Who a connection belongs to in the eyes of a backend: proven by a token, or (in development) just said. */
export interface Registration {
  readonly userId: string;
  /** Until when the proof holds, in milliseconds since 1970; null = for ever. */
  readonly expiresAt: number | null;
}
