/** One way to read something. */
export interface Variant<T> {
  readonly value: T;
  /** What makes it differ from how it should be read, behind “it matches if”; empty for how it should be. */
  readonly words: string;
}
