/** Links that an operator makes on the machine itself, for somebody new or locked out. */

import type { AccountId } from './account.js';
import type { OneTimeSecretStore } from './one-time-secret-store.js';
import { SIGN_IN_PURPOSE } from './sign-in.js';

/** It reaches the person by other ways than a letter, so it has more time. */
export const OPERATOR_LINK_HOURS = 24;

/** The path of a link that signs in to an account once, in any browser. */
export async function makeSignInLink(
  secrets: Pick<OneTimeSecretStore, 'make'>,
  accountId: AccountId,
): Promise<string> {
  const { token } = await secrets.make({
    purpose: SIGN_IN_PURPOSE,
    subject: accountId,
    details: { accountId },
    livesMs: OPERATOR_LINK_HOURS * 3_600_000,
  });
  return `/sign-in/link/${token}`;
}
