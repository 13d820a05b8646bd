/** What one may ask of the catalogue of papers, and what may change it. */

import type { PaperId } from './identifiers.js';
import type { Paper, PaperRecord } from './paper.js';

/** What became of one record, in the order of the records. */
export type AddOutcome = {
  readonly id: PaperId;
  readonly change: 'added' | 'updated' | 'unchanged';
};

/** A stretch of the catalogue's history as it stands now: no paper stands in it twice. */
export type CatalogueChanges = {
  /** What was added or changed and is still there, in order of change. */
  readonly papers: readonly Paper[];
  /** What was removed and has not come back, in order of removal. */
  readonly removed: readonly PaperId[];
  /** Who takes these in knows everything up to this revision. */
  readonly revision: number;
  /** The commit that made `revision`, as `commitAt` tells it; absent outside a catalogue. */
  readonly commit?: string;
};

/** The papers that were last changed at or before some revision. */
export type Census = {
  readonly papers: number;
  /** The sum of their revisions. */
  readonly revisionSum: number;
};

/** What readers of the catalogue may ask. */
export type PaperReader = {
  /** The paper of this id, or of any other name it has; versions of arXiv papers are ignored. */
  readonly find: (id: string) => Promise<Paper | undefined>;
  /** All papers of these ids that exist, in one statement; unordered. */
  readonly byIds: (ids: readonly PaperId[]) => Promise<ReadonlyMap<PaperId, Paper>>;
  /** How many papers there are. */
  readonly count: () => Promise<number>;
  /** The number of the latest change; 0 for an empty catalogue. */
  readonly revision: () => Promise<number>;
  /**
   * What changed after `revision`, at most `limit` papers and removals together, the earliest
   * first. Who goes on from the revision of the answer misses no commit, and has all when it is
   * that of the catalogue.
   *
   * @param limit - at least 1
   */
  readonly changesSince: (revision: number, limit: number) => Promise<CatalogueChanges>;
  /** Random text that tells this catalogue from others; a backup of it has the same. */
  readonly identity: () => Promise<string>;
  /**
   * Random text that stands for the commit that made a revision; `undefined` beyond the last.
   * A catalogue that was restored from a backup and written to again gives other text than
   * before for what it now has in place of the commits that were lost.
   */
  readonly commitAt: (revision: number) => Promise<string | undefined>;
  /** Counts the papers that were last changed at or before a revision; reads an index only. */
  readonly census: (untilRevision: number) => Promise<Census>;
  /** Whether everything in the catalogue came from the bundled sample. False when empty. */
  readonly isSampleOnly: () => Promise<boolean>;
  /** A page of all papers in the order in which they were added, for export. */
  readonly pageByAddition: (
    afterRevision: number,
    limit: number,
  ) => Promise<readonly ExportedPaper[]>;
};

/** What may change the catalogue. */
export type PaperWriter = {
  /**
   * Adds or merges records in one transaction: all of them are stored when it returns, none
   * when it throws. Give a few hundred at a time.
   */
  readonly add: (records: readonly PaperRecord[]) => Promise<readonly AddOutcome[]>;
  /**
   * Removes papers and their names in one transaction; ids that no paper has are passed over.
   * A record that means a removed paper adds it anew.
   *
   * @returns the ids of those that are now gone, in the order given
   */
  readonly remove: (ids: readonly PaperId[]) => Promise<readonly PaperId[]>;
};

export type PaperStore = PaperReader & PaperWriter;

export type ExportedPaper = { readonly paper: Paper; readonly addedRevision: number };
