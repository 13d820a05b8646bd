/** What a run of the search benchmark says, as it is kept in `bench/results/`. */

import type { QueryKind } from './candidates/candidate.js';
import type { Asked, Built } from './child.js';

export type SearchResults = {
  /** The day of the run. */
  readonly date: string;
  readonly machine: Machine;
  readonly papers: number;
  /** How many of them are copies with replaced words. */
  readonly copies: number;
  /** Of the vectors that every engine had. */
  readonly embedding: string;
  readonly queries: { readonly [Kind in QueryKind]: number };
  readonly engines: readonly EngineResult[];
};

/** Times compare within one run, since they are those of one machine. */
export type Machine = {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
};

export type EngineResult = {
  readonly name: string;
  readonly about: string;
  /** Why figures are missing, in a sentence. */
  readonly problem?: string;
  readonly built?: Built;
  readonly asked?: Omit<Asked, 'nearest'>;
  /** The share of the truly nearest papers that its vector search found. */
  readonly recall?: number;
};
