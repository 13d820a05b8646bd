/** That somebody says to be an author of a paper, and what came of it. */

import type { AccountId } from '../../accounts/account.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { ClaimStatus } from '../moderation/tables.js';
import type { Verification } from './author-match.js';

/** A random name; it stands in addresses. */
export type ClaimId = string & { readonly brand: 'ClaimId' };

export type Claim = {
  readonly id: ClaimId;
  readonly accountId: AccountId;
  readonly paperId: PaperId;
  /** Which of the authors the person says to be, as the paper writes the name. */
  readonly authorName: string;
  /** What the person says about it; may be empty. */
  readonly statement: string;
  readonly status: ClaimStatus;
  /** Absent while it is pending. */
  readonly verifiedBy: Verification | undefined;
  readonly claimedAtMs: number;
  readonly decidedAtMs: number | undefined;
};

/** Who cannot wait for these to be decided has claimed what is not theirs. */
export const MOST_PENDING_CLAIMS = 50;

export const LONGEST_STATEMENT = 1_000;
