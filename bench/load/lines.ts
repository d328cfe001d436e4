/** What the load generator prints, one JSON object per line; `kind` tells the phase. Units are in the names. */
export interface ConnectLine {
  readonly kind: 'connect';
  readonly connections: number;
  readonly made: number;
  readonly dead: number;
  readonly accepts_s: number;
  readonly cpu_us_per_accept: number;
}

/** Connections that do nothing; RSS is that of the server. */
export interface IdleLine {
  readonly kind: 'idle';
  readonly connections: number;
  readonly rss_base_kb: number;
  readonly rss_kb: number;
  readonly rss_kb_per_connection: number;
  readonly dead: number;
}

/** Messages at one rate. `ok`: nothing lost, nobody closed, the rate kept, latency in bounds. */
export interface StepLine {
  readonly kind: 'step';
  readonly rate: number;
  readonly received: number;
  readonly lost: number;
  readonly out_of_order: number;
  readonly ok: 0 | 1;
  readonly deliveries_s: number;
  readonly p50_us: number;
  readonly p99_us: number;
  readonly p999_us: number;
  readonly cpu_us_per_delivery: number;
  readonly server_load: number;
  readonly core_busy: number;
  readonly core_steal: number;
  readonly generator_load: number;
  readonly rss_peak_kb: number;
}

/** The highest rate that held, in messages per second. */
export interface HighestLine {
  readonly kind: 'highest';
  readonly rate: number;
}

/** What became of a member that had stopped reading. `close_code` is 0 where no close frame came. */
export interface StalledLine {
  readonly kind: 'stalled';
  readonly open: 0 | 1;
  readonly close_code: number;
  readonly read_on_waking: number;
  readonly holes: number;
}

/** After everybody has left. */
export interface LeftLine {
  readonly kind: 'left';
  readonly rss_base_kb: number;
  readonly rss_kb: number;
  readonly rss_lowest_kb: number;
}

export type LoadLine = ConnectLine | IdleLine | StepLine | HighestLine | StalledLine | LeftLine;

/** The lines of one run of the generator, in order. */
export class LoadLines {
  readonly #lines: readonly LoadLine[];

  /** @param output the generator's standard output: our own program, so its lines are taken at their word */
  constructor(output: string) {
    this.#lines = output
      .split('\n')
      .filter((line) => line !== '')
      .map((line): LoadLine => JSON.parse(line));
  }

  all<Kind extends LoadLine['kind']>(kind: Kind): readonly Extract<LoadLine, { kind: Kind }>[] {
    return this.#lines.filter((line): line is Extract<LoadLine, { kind: Kind }> => line.kind === kind);
  }

  /** @throws Error where the phase did not take place */
  last<Kind extends LoadLine['kind']>(kind: Kind): Extract<LoadLine, { kind: Kind }> {
    const line = this.all(kind).at(-1);
    if (line === undefined) throw new Error(`the load generator printed no "${kind}" line`);
    return line;
  }
}
