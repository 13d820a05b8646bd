/** Who somebody is elsewhere: an OpenID issuer, and its own name for the person. */

import { BroadsheetError } from '../errors.js';
import { cleanLine } from '../papers/record.js';
import type { AccountId } from './account.js';
import type { LinkedIdentity } from './account-reader-store.js';
import { canBeStored, type Tables } from './account-rows.js';

const LONGEST_LABEL = 100;

/** OpenID Connect Core, section 2; and room for the address of any issuer. */
const LONGEST_SUBJECT = 255;

/**
 * Notes that an identity elsewhere is an account's; its label is brought up to date.
 *
 * @throws BroadsheetError `conflict` if it is another account's, `not_acceptable` if it cannot be
 *   kept
 */
export async function linkIdentity(
  tables: Tables,
  id: AccountId,
  { issuer, subject, label }: Omit<LinkedIdentity, 'linkedAtMs'>,
  now: Date,
): Promise<void> {
  const isStorable = [issuer, subject].every(
    (text) => canBeStored(text) && text.length > 0 && text.length <= LONGEST_SUBJECT,
  );
  if (!isStorable) {
    throw new BroadsheetError('not_acceptable', 'The provider names this person in no usable way.');
  }
  const row = await tables
    .insertInto('account_identities')
    .values({
      issuer,
      subject,
      account_id: id,
      label: cleanLine(label).slice(0, LONGEST_LABEL),
      linked_at_ms: now.getTime(),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['issuer', 'subject'])
        .doUpdateSet(({ ref }) => ({ label: ref('excluded.label') }))
        // Never taken from the account that has it.
        .where('account_identities.account_id', '=', id),
    )
    .returning('account_id')
    .executeTakeFirst();
  if (row) return;
  throw new BroadsheetError('conflict', 'That identity belongs to another account here.', {
    fix: 'Sign in by it, and unlink it there first.',
  });
}
