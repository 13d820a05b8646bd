/**
 * What a paper is. A *record* is what one source says of one paper at one time; a *paper* is
 * what the catalogue holds after all its records have been merged.
 */

import type { Day, PartialDate } from './dates.js';
import type { Identifier, PaperId } from './identifiers.js';

/** Who said it. The order of authority among them stands in `merge.ts`. */
export type SourceName = 'arxiv' | 'jsonl' | 'doi' | 'listing' | 'web' | 'bibtex' | 'sample';

export type LinkKind = 'page' | 'pdf' | 'code';

export type Link = { readonly kind: LinkKind; readonly url: string };

/** One version of a preprint; `publishedOn` is when that version appeared. */
export type PaperVersion = { readonly number: number; readonly publishedOn?: PartialDate };

/** The facts that records state and papers hold; a fact that is not known is absent. */
export type PaperFacts = {
  readonly title: string;
  /** Raw text: may hold TeX and stray HTML. Empty when the source gives none. */
  readonly abstract: string;
  /** In the paper's own order. Empty when not known. */
  readonly authors: readonly string[];
  /** arXiv categories, the primary one first, or other keywords. */
  readonly categories: readonly string[];
  readonly links: readonly Link[];
  readonly venue?: string;
  /** The authors' remark: pages, where accepted, why withdrawn. */
  readonly comment?: string;
  /** When the first version appeared. */
  readonly publishedOn?: PartialDate;
  /** When the latest known version appeared. */
  readonly updatedOn?: PartialDate;
  /** When its source first announced it to readers. */
  readonly announcedOn?: Day;
  readonly withdrawn?: boolean;
};

/** What one source says of one paper. */
export type PaperRecord = PaperFacts & {
  readonly source: SourceName;
  /** The strongest name first; never empty. */
  readonly identifiers: readonly Identifier[];
  /** Set when `announcedOn` was worked out from another date, and nobody stated it. */
  readonly announcedOnIsReckoned?: true;
  /** Which version this record describes, where the source counts versions. */
  readonly version?: number;
};

/** The facts whose origin is kept. */
export type FactName = keyof PaperFacts;

/** Which source each fact came from. */
export type Provenance = { readonly [Fact in FactName]?: SourceName };

/** A paper of the catalogue. */
export type Paper = PaperFacts & {
  readonly id: PaperId;
  readonly identifiers: readonly Identifier[];
  readonly versions: readonly PaperVersion[];
  readonly provenance: Provenance;
  readonly withdrawn: boolean;
  /** The date of the edition that it belongs to: announced, else published, else added. */
  readonly editionOn: PartialDate;
  /** Whether all that we have is the bundled sample: its abstract is then our own summary. */
  readonly isSample: boolean;
  /** Number of the change that last touched it; greater is later, never used twice. */
  readonly revision: number;
  readonly addedAtMs: number;
  readonly changedAtMs: number;
};
