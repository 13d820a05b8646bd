/** What the interface for programs is handed by the composition root, and nothing more. */

import type { Context } from 'hono';
import type { AccountId } from '../accounts/account.js';
import type { AccountReader } from '../accounts/account-reader-store.js';
import type { ApiTokenStore } from '../accounts/api-token-store.js';
import type { CollectionStore } from '../community/collection-store.js';
import type { CommentStore } from '../community/comment-store.js';
import type { Commenting } from '../community/commenting.js';
import type { Submissions } from '../community/submissions.js';
import type { VoteStore } from '../community/vote-store.js';
import type { EditionReader } from '../editions/edition.js';
import type { PaperReader } from '../papers/catalogue.js';
import type { TrendingReader } from '../trending/trending-store.js';

export type ApiServices = {
  readonly accounts: Pick<AccountReader, 'publicByIds'>;
  readonly apiTokens: Pick<ApiTokenStore, 'find'>;
  readonly collections: Omit<CollectionStore, 'setHidden' | 'removeAll'>;
  readonly commenting: Commenting;
  readonly comments: Pick<CommentStore, 'byId' | 'discussionOf' | 'remove'>;
  readonly editions: Pick<EditionReader, 'list'>;
  readonly papers: Pick<PaperReader, 'find' | 'byIds'>;
  readonly submissions: Pick<Submissions, 'look' | 'confirm'>;
  readonly trending: Pick<TrendingReader, 'standings' | 'trendingIds'>;
  readonly votes: Pick<VoteStore, 'cast' | 'undo' | 'votedFor'>;
  /**
   * Counts a request for where it came from, or a change for the account that makes it, and
   * writes what is left into its answer.
   *
   * @throws BroadsheetError `too_many` when nothing was left
   */
  readonly limit: (c: Context, accountId: AccountId | undefined) => Promise<void>;
  /** A keyed hash of the network that a request came from; absent where it is not known. */
  readonly networkOf: (c: Context) => string | undefined;
  /** Where faults of the program are written; a pino logger fits. */
  readonly log: { readonly error: (details: object, message: string) => void };
};
