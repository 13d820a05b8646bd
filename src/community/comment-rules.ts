/**
 * Whether a comment is shown at once or waits for a moderator. Nothing is refused or hidden by
 * these rules: what waits is seen by its author and by moderators, with the reason.
 */

import { type Account, hasRole, isNewAccount } from '../accounts/account.js';

/** What becomes of the comments of new accounts, as the operator has set it. */
export type NewComments = 'shown' | 'held-with-links' | 'held';

export type Judgement =
  | { readonly status: 'shown'; readonly reason: '' }
  /** With the reason in words for the author and for moderators. */
  | { readonly status: 'held'; readonly reason: string };

/** A new account that calls more people than these at once calls strangers. */
const MOST_MENTIONS_OF_NEW_ACCOUNTS = 3;

const SHOWN: Judgement = { status: 'shown', reason: '' };

export function judge({
  links,
  mentions,
  account,
  now,
  newComments,
  blocked,
}: {
  /** How many links it has. */
  readonly links: number;
  /** How many people it names. */
  readonly mentions: number;
  readonly account: Pick<Account, 'role' | 'createdAtMs' | 'trustedAtMs'>;
  readonly now: Date;
  readonly newComments: NewComments;
  /** Whether something in it stands on the blocklist. */
  readonly blocked: boolean;
}): Judgement {
  if (hasRole(account, 'moderator')) return SHOWN;
  // Which entry it is, is not told: whoever wants to pass the list would try words until one does.
  if (blocked) return held('Something in it is on the list of what moderators look at first.');
  if (!isNewAccount(account, now) || newComments === 'shown') return SHOWN;
  if (newComments === 'held') return held('Comments of new accounts are looked at first.');
  if (links > 0) return held('Comments of new accounts with links are looked at first.');
  if (mentions > MOST_MENTIONS_OF_NEW_ACCOUNTS) {
    return held('Comments of new accounts that name many people are looked at first.');
  }
  return SHOWN;
}

function held(reason: string): Judgement {
  return { status: 'held', reason };
}
