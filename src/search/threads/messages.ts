/** What the threads of search say to each other. */

import type { MessagePort } from 'node:worker_threads';
import type { Alignments } from '../../embedding/alignment.js';
import type { ModelSource, OwnModelSource } from '../../embedding/model-source.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { CompiledModule } from '../../web-assembly.js';
import type { PaperWithMeaning } from '../given-meaning.js';
import type { Query } from '../query.js';
import type { SearchAnswer, SearchOptions } from '../search-engine.js';
import type { PostedError } from './posted-error.js';
import type { PostedChange, PostedSegment } from './posted-index.js';

/** What a search thread is started with. */
export type SearchThreadStart = {
  /** From 0; no two threads that search at the same time have the same number. */
  readonly thread: number;
  /** Shared: its one number is the search of this thread that nobody waits for any more. */
  readonly cancelled: Int32Array;
  /** Absent where WebAssembly is refused. */
  readonly kernels: CompiledModule | undefined;
};

/** A signal cannot be posted. */
export type PostedOptions = Omit<SearchOptions, 'signal'>;

export type ToSearchThread =
  | {
      readonly kind: 'search';
      readonly search: number;
      readonly query: Query;
      readonly options: PostedOptions;
    }
  /** Take the index and its changes from here. */
  | { readonly kind: 'follow'; readonly index: number; readonly port: MessagePort };

export type FromSearchThread =
  /** It has that index. */
  | { readonly kind: 'following'; readonly index: number }
  | { readonly kind: 'answer'; readonly search: number; readonly answer: SearchAnswer }
  | { readonly kind: 'failure'; readonly search: number; readonly error: PostedError };

/** From the index thread to a search thread: first the whole index, then each change to it. */
export type IndexMessage = {
  readonly number: number;
  readonly isWhole: boolean;
  readonly change: PostedChange;
  /** With the whole, and whenever it changes. */
  readonly model?: ModelInUse;
};

/** What embeds queries from now on. */
export type ModelInUse = {
  readonly source: ModelSource;
  /** How to search the vectors that other models made. */
  readonly alignments: Alignments;
};

/** The answer to it: this thread searches no more without the change. */
export type IndexReceipt = { readonly number: number };

/** What the index thread is started with. */
export type IndexThreadStart = {
  /** Where generations are kept; nothing is kept if absent. */
  readonly folder: string | undefined;
  /** What embeds papers, and the queries that are to find them. */
  readonly model: ModelSource;
  readonly catalogue: { readonly identity: string; readonly revision: number };
  /** Whether to begin with what is on disk. */
  readonly isLoaded: boolean;
  readonly limits: SavingLimits;
};

/** When the index is written to disk. */
export type SavingLimits = {
  /** How many changed papers are worth it. */
  readonly leastPapers: number;
  /** And how large a share of all. */
  readonly leastShare: number;
};

/** What the index thread knows of itself after each piece of work. */
export type IndexFigures = {
  /** How many papers can be found. */
  readonly papers: number;
  /** Up to which revision of the catalogue it knows everything. */
  readonly revision: number;
  /** The commit that made that revision, as `PaperReader.commitAt` tells it. */
  readonly commit: string | undefined;
  /** How many of the papers have a vector of each model. */
  readonly byModel: ReadonlyMap<string, number>;
};

/** Papers come in parts, since to post many at once would hold up the thread that does. */
export type ToIndexThread =
  | {
      readonly kind: 'papers';
      readonly papers: readonly PaperWithMeaning[];
      readonly removed: readonly PaperId[];
    }
  | { readonly kind: 'hotness'; readonly hotness: readonly (readonly [PaperId, number])[] }
  /** A search thread that wants the index. */
  | { readonly kind: 'attach'; readonly port: MessagePort }
  /** All of the catalogue is in it: a good time to write to disk what is worth it. */
  | { readonly kind: 'caught up' }
  | ({ readonly kind: 'request'; readonly request: number } & IndexRequest);

/** What is answered when it is done. */
export type IndexRequest =
  /** Takes in the papers that came since the last one. */
  | {
      readonly task: 'update';
      /** The revision that these changes follow on; whatever there is if absent. */
      readonly after: number | undefined;
      readonly revision: number;
      readonly commit: string | undefined;
    }
  /** Uses a model from now on; the papers that came have vectors of others to compare with. */
  | { readonly task: 'use model'; readonly model: ModelSource }
  /** Names papers whose vectors are of other models: the newest, or some of all, for each model. */
  | { readonly task: 'name outdated'; readonly most: number }
  | { readonly task: 'name sample'; readonly modelId: string; readonly papers: number }
  /**
   * Embeds the papers that came by the model in use; heeds the hotness that came since the last
   * one; adds up the revisions of all papers; writes all to disk that is not there yet; ends what
   * is under way, and writes what is worth it.
   */
  | { readonly task: 'renew' | 'set hotness' | 'census' | 'save' | 'close' };

export type FromIndexThread =
  /** The index is as it lay on disk, or empty. */
  | { readonly kind: 'opened'; readonly figures: IndexFigures }
  | {
      readonly kind: 'done';
      readonly request: number;
      readonly figures: IndexFigures;
      readonly revisionSum?: number;
      readonly ids?: readonly PaperId[];
    }
  | { readonly kind: 'failed'; readonly request: number; readonly error: PostedError }
  /** For the log. */
  | { readonly kind: 'note'; readonly note: IndexNote };

export type IndexNote = {
  readonly level: 'info' | 'warn';
  readonly text: string;
  readonly error?: PostedError;
};

/** One part of a merge: a segment, and its papers that are left out. */
export type PostedPart = { readonly segment: PostedSegment; readonly dead: Uint32Array };

/** What a merge thread is started with; it ends when it is done. */
export type MergeJob = {
  /** Each becomes one segment. */
  readonly groups: readonly (readonly PostedPart[])[];
  /** Where to write all of them as a generation; not at all if absent. */
  readonly generation?: {
    readonly folder: string;
    readonly modelId: string;
    readonly catalogue: string;
    readonly revision: number;
    readonly commit: string | undefined;
  };
};

export type FromMergeThread =
  /** A segment for each group; `undefined` where it is the one it was. */
  { readonly merged: readonly (PostedSegment | undefined)[] } | { readonly error: PostedError };

/** From a thread that opens a model; it ends when it is done. */
export type FromModelThread = { readonly source: OwnModelSource } | { readonly error: PostedError };
