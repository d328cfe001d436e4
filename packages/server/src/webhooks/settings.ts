import type { WebhookResponse, WebhookRetention } from '@roomcast/protocol';
import type { Config } from '../config/config.ts';
import { CommandError } from '../core/errors.ts';
import { ageWords } from './age-words.ts';
import { checkHeaders } from './response-headers.ts';

/** What an operator decides about webhooks; see the options table for the meaning. */
export type WebhookSettings = Pick<
  Config,
  | 'webhooks'
  | 'webhookRequests'
  | 'webhookAge'
  | 'webhookQuota'
  | 'webhookLimit'
  | 'webhookIdle'
  | 'webhookCreationRate'
  | 'loginAttempts'
  | 'loginWindow'
>;

/** Options that bound what a webhook keeps. */
export type RetentionBounds = Pick<Config, 'webhookRequests' | 'webhookAge'>;

/** What of a webhook is kept as JSON beside its id and secrets. */
export interface KeptSettings {
  readonly response: WebhookResponse;
  readonly retention: WebhookRetention;
  /** When it was used last, where none of its requests says so any more; 0 = not known. */
  readonly usedAt: number;
  /** What was captured before this time has been deleted, or is about to be; 0 = nothing. */
  readonly clearedAt: number;
  /** Whether anything was ever captured. */
  readonly hasCaptured: boolean;
}

/** A webhook may keep so many times as many requests as one that says nothing. */
const MOST_REQUESTS = 10;
const MOST_BODY = 64 * 1024;
const MOST_DELAY = 30_000;

const DEFAULT_RESPONSE: WebhookResponse = { status: 200, headers: [], body: '', delay: 0, cors: true };

/**
 * What a webhook answers from now on.
 * @throws CommandError VALIDATION_ERROR
 */
export function responseOf(
  wish: Partial<WebhookResponse> | undefined,
  present: WebhookResponse = DEFAULT_RESPONSE,
): WebhookResponse {
  if (wish === undefined) return present;
  const { status, headers, body, delay, cors } = { ...present, ...defined(wish) };
  if (!isWhole(status, 200, 599)) throw invalid('response.status', 'The status is a whole number from 200 to 599.');
  if (!isWhole(delay, 0, MOST_DELAY)) {
    throw invalid('response.delay', `The delay is a whole number of milliseconds from 0 to ${MOST_DELAY}.`);
  }
  if (!body.isWellFormed()) throw invalid('response.body', 'The body has a lone surrogate, which no text can have.');
  if (Buffer.byteLength(body) > MOST_BODY) {
    throw invalid('response.body', `The body is longer than ${MOST_BODY / 1024} KiB.`);
  }
  return { status, headers: checkHeaders(headers, status, cors), body, delay, cors };
}

/**
 * How much a webhook keeps from now on.
 * @throws CommandError VALIDATION_ERROR
 */
export function retentionOf(
  wish: Partial<WebhookRetention> | undefined,
  bounds: RetentionBounds,
  present: WebhookRetention = defaultRetention(bounds),
): WebhookRetention {
  if (wish === undefined) return present;
  const { requests, age } = { ...present, ...defined(wish) };
  const { requests: most, age: longest } = retentionLimitsOf(bounds);
  if (!isWhole(requests, 1, most)) {
    throw invalid('retention.requests', `A webhook keeps 1 to ${most} requests.`);
  }
  if (longest > 0 ? !isWhole(age, 1, longest) : !isWhole(age, 0, Number.MAX_SAFE_INTEGER)) {
    const fault =
      longest > 0
        ? `This server keeps requests for at most ${ageWords(longest)}.`
        : 'The age is a whole number of milliseconds (0 means any).';
    throw invalid('retention.age', fault);
  }
  return { requests, age };
}

/** The most that a webhook may keep; an age of 0 = any. */
export function retentionLimitsOf({ webhookRequests, webhookAge }: RetentionBounds): WebhookRetention {
  return { requests: MOST_REQUESTS * webhookRequests, age: webhookAge };
}

export function writeSettings(settings: KeptSettings): string {
  return JSON.stringify(settings);
}

/** What `writeSettings` wrote, within the bounds of now. What cannot be understood is as it was by default. */
export function readSettings(text: string, bounds: RetentionBounds): KeptSettings {
  const kept = parsed(text);
  const retention = { ...defaultRetention(bounds), ...kept.retention };
  const { webhookRequests, webhookAge } = bounds;
  return {
    response: { ...DEFAULT_RESPONSE, ...kept.response },
    retention: {
      requests: Math.min(retention.requests, MOST_REQUESTS * webhookRequests),
      age: webhookAge > 0 ? Math.min(retention.age || webhookAge, webhookAge) : retention.age,
    },
    usedAt: kept.usedAt ?? 0,
    clearedAt: kept.clearedAt ?? 0,
    hasCaptured: kept.hasCaptured ?? false,
  };
}

function defaultRetention({ webhookRequests, webhookAge }: RetentionBounds): WebhookRetention {
  return { requests: webhookRequests, age: webhookAge };
}

function parsed(text: string): Partial<KeptSettings> {
  try {
    return (JSON.parse(text) as Partial<KeptSettings> | null) ?? {};
  } catch {
    return {};
  }
}

/** Without fields that are undefined: they would hide what is there. */
function defined<T extends object>(wish: T): T {
  return Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined)) as T;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function invalid(field: string, message: string): CommandError {
  return new CommandError('VALIDATION_ERROR', message, { field: `body.${field}` });
}
