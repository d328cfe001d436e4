import type { ClientCommands, ClientCommandType, CommandId, ErrorCode } from '@roomcast/protocol';
import { CLIENT_COMMANDS, COMMAND_SCHEMAS, LIMITS } from '@roomcast/protocol';
import Schema from 'typebox/schema';
import type { ParsedCommand } from '../core/dispatch.ts';
import { CommandError } from '../core/errors.ts';
import { isTooDeep, TOO_DEEP } from '../util/nesting.ts';
import { describeFault } from '../util/schema-fault.ts';

/** A frame that is no command, with what could be read of it for the answer. */
export class FrameFault extends CommandError {
  readonly originalType: string | null;
  readonly commandId: CommandId | undefined;

  constructor(code: ErrorCode, message: string, known: Known = {}, retryAfter?: number) {
    super(code, message, {
      ...(known.field === undefined ? {} : { field: known.field }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
    this.originalType = known.type?.slice(0, ECHOED) ?? null;
    this.commandId = known.id;
  }
}

interface Known {
  readonly type?: string | undefined;
  readonly id?: CommandId | undefined;
  readonly field?: string | undefined;
}

export interface Envelope {
  readonly type: string;
  readonly payload: unknown;
  readonly id: CommandId | undefined;
  readonly timestamp: string | undefined;
}

const VALIDATORS = new Map(CLIENT_COMMANDS.map((type) => [type as string, Schema.Compile(COMMAND_SCHEMAS[type])]));

/** Whether the engine itself has such a command. */
export function isCommand(type: string): boolean {
  return VALIDATORS.has(type);
}

/** Longest piece of a client's own text that an answer repeats. */
const ECHOED = 64;

/**
 * Reads one native frame: JSON first, then the envelope, then the payload.
 * @throws FrameFault INVALID_JSON, VALIDATION_ERROR, UNKNOWN_TYPE
 */
export function parseCommand(text: string, envelope = readEnvelope(text)): ParsedCommand {
  const { type, payload, id, timestamp } = envelope;
  return { ...checkCommand(type, payload, id), text, timestamp };
}

/**
 * Checks the payload of a command.
 * @throws FrameFault VALIDATION_ERROR, UNKNOWN_TYPE
 */
export function checkCommand(
  type: string,
  payload: unknown,
  id: CommandId | undefined,
): Pick<ParsedCommand, 'type' | 'payload' | 'id'> {
  const validator = VALIDATORS.get(type);
  if (!validator) throw new FrameFault('UNKNOWN_TYPE', `There is no command "${type.slice(0, ECHOED)}".`, { type, id });
  if (!validator.Check(payload)) {
    const [, errors] = validator.Errors(payload);
    const { field, message } = describeFault(errors, 'payload');
    throw new FrameFault('VALIDATION_ERROR', message, { type, id, field });
  }
  return { type: type as ClientCommandType, payload: payload as ClientCommands[ClientCommandType], id };
}

/** @throws FrameFault INVALID_JSON, VALIDATION_ERROR */
export function readEnvelope(text: string): Envelope {
  const frame = parseJson(text);
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    throw new FrameFault('VALIDATION_ERROR', 'A frame is a JSON object {type, payload}.');
  }
  const { type, payload = {}, id, timestamp } = frame as Record<string, unknown>;
  const knownId = isCommandId(id) ? id : undefined;
  if (typeof type !== 'string') {
    throw new FrameFault('VALIDATION_ERROR', 'type must be a string.', { id: knownId, field: 'type' });
  }
  const known = { type, id: knownId };
  if (id !== undefined && knownId === undefined) {
    const message = `id must be a number or a string of at most ${LIMITS.commandId} characters.`;
    throw new FrameFault('VALIDATION_ERROR', message, { ...known, field: 'id' });
  }
  if (isTooDeep(payload)) {
    throw new FrameFault('VALIDATION_ERROR', `The payload ${TOO_DEEP}`, { ...known, field: 'payload' });
  }
  return { ...known, payload, timestamp: typeof timestamp === 'string' ? timestamp : undefined };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FrameFault('INVALID_JSON', 'The frame is not JSON.');
  }
}

function isCommandId(id: unknown): id is CommandId {
  if (typeof id === 'string') return id.length <= LIMITS.commandId;
  return typeof id === 'number' && Number.isFinite(id);
}
