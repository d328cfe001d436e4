/** What an operator decides about chat; see the options table for the meaning. */
export interface ChatSettings {
  readonly preset: 'accounts' | 'open';
  readonly maxUsers: number | 'auto';
  readonly maxMessageLength: number;
  readonly chatMessageRate: number;
  readonly roomSwitchRate: number;
  readonly roomCreationRate: number;
  readonly maxChatRooms: number;
  readonly presenceGrace: number;
  readonly retentionMessages: number;
  readonly retentionDays: number;
}

/** Users of the preset `open` (FR-013). */
const OPEN_USERS = 10;

/** Most users at a time; Infinity = no limit. */
export function userLimit({ preset, maxUsers }: Pick<ChatSettings, 'preset' | 'maxUsers'>): number {
  if (maxUsers === 'auto') return preset === 'open' ? OPEN_USERS : Number.POSITIVE_INFINITY;
  return maxUsers === 0 ? Number.POSITIVE_INFINITY : maxUsers;
}
