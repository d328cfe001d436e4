export { CHAT, chatDisplayName, chatRoomName, passwordFault, usernameFault } from './chat-names.ts';
export { CLOSE_CODES, type CloseCode, type CloseRow, shouldReconnect } from './close-codes.ts';
export { CLIENT_COMMANDS, type ClientCommands, type ClientCommandType, COMMAND_SCHEMAS } from './commands.ts';
export { type CommandId, type Envelope, SUBPROTOCOLS } from './envelope.ts';
export { ERRORS, type ErrorCode, type ErrorRow } from './errors.ts';
export {
  type AckLevel,
  type ChatMessage,
  type Member,
  type Position,
  type Publication,
  type RoomSummary,
  SERVER_EVENTS,
  type ServerEvents,
  type ServerEventType,
  type User,
  type UserSummary,
} from './events.ts';
export { LIMITS } from './limits.ts';
export {
  BRIDGE,
  bridgeRoomName,
  isNamespace,
  isReservedEvent,
  nameFault,
  parseRoomName,
  type RoomName,
} from './names.ts';
export type {
  CapturedRequest,
  PlacedRequest,
  Watcher,
  WebhookDetails,
  WebhookResponse,
  WebhookRetention,
} from './webhooks.ts';
