import type { Section } from './figures.ts';
import type { Chosen, OptionsOf, OwnOptions } from './options.ts';

/** A benchmark with a command of its own, `npm run bench:NAME`, and a page, docs/reference/performance-NAME.md. */
export interface Suite<Part extends string, Own extends OwnOptions> extends OptionsOf<Part, Own> {
  readonly name: string;
  /** The page's, as `Performance of chat`. */
  readonly title: string;
  /** What a quick run is, as `short steps`. */
  readonly quick: string;
  /** Further lines of the help, or empty. */
  readonly notes?: string;
  /** What a reader of the page must know of how it is measured. */
  readonly how: string;
  /** Measures the parts that are asked for. @throws Error where something could not be measured */
  measure(run: Run<Part, Own>): Promise<Circumstances>;
}

export interface Run<Part extends string, Own extends OwnOptions> extends Chosen<Part, Own> {
  /** Takes what has been measured. */
  add(section: Section): void;
}

/** What the page says of where it was measured, besides what is so for every suite. */
export interface Circumstances {
  /** Behind the versions. */
  readonly software?: string;
  /** Behind the network. */
  readonly network: string;
  /** Behind the date. */
  readonly run?: string;
}
