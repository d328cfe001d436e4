/** The subprotocols of `/ws`; offering none means the first. */
export const SUBPROTOCOLS = ['roomcast.v1'] as const;

/** What the client chose to recognise the answer to a command by; echoed unchanged. */
export type CommandId = string | number;

/**
 * Every native frame, in both directions (D1): one JSON object in one text message.
 * Server frames always carry `timestamp` (ISO 8601, UTC); what a client puts there is kept for information at most.
 */
export interface Envelope<Type extends string = string, Payload = unknown> {
  readonly type: Type;
  readonly payload: Payload;
  readonly timestamp?: string;
  readonly id?: CommandId;
}
