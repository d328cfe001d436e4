/** A start that failed for a reason outside the program. The message is one sentence for the person who started it. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
}
