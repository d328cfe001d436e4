import type { CapturedRequest } from '@roomcast/protocol';
import type { Outcome } from './sender.ts';

/** Where a report is written. */
export interface Terminal {
  /** What programs read: results. */
  readonly out: (text: string) => void;
  /** What is said about them. */
  readonly note: (text: string) => void;
  readonly colour: boolean;
}

export interface ReportOptions extends Terminal {
  /** One JSON object a line, all of them on `out`. */
  readonly json: boolean;
  /** Whether there are several webhooks to be told apart. */
  readonly several: boolean;
  /** Whether a webhook has several targets, which are to be told apart. */
  readonly hasSeveralTargets?: (webhookId: string) => boolean;
  readonly now?: () => Date;
}

/** Which attempt at a request it was. */
export interface Attempt {
  readonly attempt: number;
  readonly of: number;
  readonly isLast: boolean;
}

/** What came of everything. */
export interface Tally {
  answered: number;
  /** Answered with 500 or above. */
  failed: number;
  unanswered: number;
  skipped: number;
  /** Taken and not sent, because it was to end. */
  left: number;
}

/** Why a request is not forwarded: its body was not kept whole, or its path could lead out of that of the target. */
export type SkipReason = 'truncated' | 'path';

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  truncated: 'its body is not complete (--truncated send forwards what there is)',
  path: 'its path leads out of that of the target (--any-path forwards it as it is)',
};

const GREEN = 32;
const YELLOW = 33;
const RED = 31;
const DIM = 2;

/** Says what happens, on lines: for people, or as JSON for programs. Counts along. */
export class Report {
  readonly tally: Tally = { answered: 0, failed: 0, unanswered: 0, skipped: 0, left: 0 };
  readonly #options: ReportOptions;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** One attempt at a request. */
  sent(request: CapturedRequest, target: URL, { status, fault, duration }: Outcome, attempt: Attempt): void {
    if (attempt.isLast) this.tally[status === null ? 'unanswered' : status < 500 ? 'answered' : 'failed']++;
    const { attempt: number, isLast } = attempt;
    const more = { target: target.href, status, fault, duration, attempt: number, willRetry: !isLast };
    if (this.#options.json) this.#json('sent', { ...detailsOf(request), ...more });
    else
      this.#result(
        request,
        target,
        `→ ${this.#answer(status, fault)}${this.#paint(DIM, ` ${duration} ms${tries(attempt)}`)}`,
      );
  }

  /** A request that is not forwarded. */
  skipped(request: CapturedRequest, target: URL, reason: SkipReason): void {
    this.tally.skipped++;
    const more = { target: target.href, reason, message: SKIPPED[reason] };
    if (this.#options.json) this.#json('skipped', { ...detailsOf(request), ...more });
    else this.#result(request, target, this.#paint(YELLOW, `→ skipped: ${SKIPPED[reason]}`));
  }

  /**
   * Anything else.
   * @param type for programs
   * @param sentence for people; may hold what strangers have sent
   */
  say(type: string, sentence: string, details: object = {}, tone: 'good' | 'bad' | 'plain' = 'plain'): void {
    if (this.#options.json) {
      this.#json(type, { message: sentence, ...details });
      return;
    }
    const colour = tone === 'plain' ? DIM : tone === 'good' ? GREEN : RED;
    this.#options.note(`${this.#time()}  ${this.#paint(colour, plain(sentence))}\n`);
  }

  /** The end: what came of everything. */
  sum(): void {
    const { answered, failed, unanswered, skipped, left } = this.tally;
    const parts = [
      `${answered} answered`,
      failed > 0 && `${failed} answered with 500 or above`,
      unanswered > 0 && `${unanswered} not answered`,
      skipped > 0 && `${skipped} skipped`,
      left > 0 && `${left} not sent any more`,
    ].filter((part) => part !== false);
    this.say('summary', `Forwarded ${counted(answered + failed + unanswered)}: ${parts.join(', ')}.`, this.tally);
  }

  #result(request: CapturedRequest, target: URL, result: string): void {
    const { webhookId, method, bodySize } = request;
    const who = this.#options.several ? `${webhookId}  ` : '';
    const what = `${method.padEnd(6)} ${plain(placeOf(request))}  ${sizeOf(bodySize)}`;
    const where = this.#options.hasSeveralTargets?.(webhookId) ? `→ ${plain(target.href)}  ` : '';
    this.#options.out(`${this.#time()}  ${who}${what}  ${where}${result}\n`);
  }

  #answer(status: number | null, fault: string | null): string {
    if (status === null) return this.#paint(RED, `no answer: ${plain(fault ?? '')}`);
    return this.#paint(status < 400 ? GREEN : status < 500 ? YELLOW : RED, String(status));
  }

  #json(type: string, details: object): void {
    const line = JSON.stringify({ type, time: this.#now().toISOString(), ...details });
    // JSON escapes what is below the space alone.
    const safe = line.replace(/[\x7f-\x9f\u2028\u2029]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
    this.#options.out(`${safe}\n`);
  }

  #time(): string {
    return this.#paint(DIM, this.#now().toTimeString().slice(0, 8));
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #paint(colour: number, text: string): string {
    return this.#options.colour ? `\x1b[${colour}m${text}\x1b[0m` : text;
  }
}

function detailsOf(request: CapturedRequest): object {
  const { id, webhookId, method, bodySize, truncated, timestamp } = request;
  return { webhookId, requestId: id, method, path: placeOf(request), size: bodySize, truncated, captured: timestamp };
}

/** Path and query behind the webhook's id. */
function placeOf({ path, query }: CapturedRequest): string {
  return `${path || '/'}${query === '' ? '' : `?${query}`}`;
}

function tries({ attempt, of, isLast }: Attempt): string {
  if (of === 1 || (attempt === 1 && isLast)) return '';
  return isLast ? `, attempt ${attempt}` : `, attempt ${attempt} of ${of}`;
}

export function counted(requests: number): string {
  return requests === 1 ? '1 request' : `${requests} requests`;
}

export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Strangers choose paths: whatever a terminal would obey is left out. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}
