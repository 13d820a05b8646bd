/** Another address for an account: taken when a letter to it has been answered, not before. */

import { BroadsheetError } from '../errors.js';
import type { Account } from './account.js';
import { changeEmailLetter, emailChangedLetter } from './account-letters.js';
import type { AccountStore } from './account-store.js';
import { createLaterWork } from './later-work.js';
import { linkOrigin } from './link-origin.js';
import { acceptEmail } from './refusals.js';
import type { SignInParts } from './sign-in.js';

export type EmailChange = {
  /**
   * Answers alike for an address that somebody has and for a free one.
   *
   * @throws BroadsheetError `not_acceptable` for what is no address, `too_many`
   */
  readonly ask: (
    account: Account,
    address: string,
    asker: { readonly origin?: string | undefined; readonly device?: string | undefined },
  ) => Promise<void>;
  /** The address that a link would give, changing nothing. Throws as `confirm` does. */
  readonly look: (account: Account, token: string) => Promise<string>;
  /** @throws BroadsheetError `not_found` also for another's link, `used_up`, or `conflict` */
  readonly confirm: (account: Account, token: string) => Promise<Account>;
  /** Resolves when every letter is sent or has failed. */
  readonly settled: () => Promise<void>;
};

const PURPOSE = 'change-email';
const LIVES_MINUTES = 60;
const MOST_AN_HOUR = 5;
const MS_PER_HOUR = 3_600_000;

export function createEmailChange({
  accounts,
  secrets,
  mailer,
  now,
  site,
  onFailure,
}: Pick<SignInParts, 'secrets' | 'mailer' | 'now' | 'site' | 'onFailure'> & {
  readonly accounts: Pick<AccountStore, 'byEmail' | 'setEmail'>;
}): EmailChange {
  const origins = { baseUrl: site.baseUrl, listensAt: site.listensAt ?? (() => undefined) };
  const letters = createLaterWork(onFailure);

  const look: EmailChange['look'] = async (account, token) => {
    const seen = await secrets.look(PURPOSE, token);
    // Another's link is none: whoever follows it in a browser of their own changes nothing.
    if (seen.status === 'unknown') throw noLink();
    if (seen.status !== 'usable') throw usedUp();
    if (seen.subject !== account.id) throw noLink();
    return (seen.details as { readonly address: string }).address;
  };

  return {
    async ask(account, text, { origin, device = 'a browser' }) {
      const email = acceptEmail(text);
      const asked = now();
      const { token } = await secrets.make({
        purpose: PURPOSE,
        subject: account.id,
        details: { address: email.address },
        livesMs: LIVES_MINUTES * 60_000,
      });
      const hourAgo = asked.getTime() - MS_PER_HOUR;
      const { count } = await secrets.countSince(PURPOSE, account.id, hourAgo);
      if (count > MOST_AN_HOUR) {
        await secrets.withdraw(token);
        throw new BroadsheetError('too_many', 'The address has been changed often in this hour.', {
          fix: 'Follow the link of the last letter, or try again in an hour.',
          retryAfterSeconds: MS_PER_HOUR / 1_000,
        });
      }
      const letter = changeEmailLetter({
        to: email.address,
        siteTitle: site.title,
        name: account.name,
        link: `${linkOrigin(origins, origin)}/settings/email/${token}`,
        asked,
        device,
        livesMinutes: LIVES_MINUTES,
      });
      letters.begin(async () => {
        if (!(await accounts.byEmail(email.address))) await mailer.send(letter);
      });
    },

    look,

    async confirm(account, token) {
      await look(account, token);
      const use = await secrets.use(PURPOSE, token);
      if (use.status !== 'used') throw usedUp();
      const { address } = use.details as { readonly address: string };
      const changed = await accounts.setEmail(account.id, address);
      const before = account.email;
      if (before !== undefined && before !== changed.email) {
        letters.begin(() =>
          mailer.send(
            emailChangedLetter({
              to: before,
              siteTitle: site.title,
              name: account.name,
              asked: now(),
            }),
          ),
        );
      }
      return changed;
    },

    settled: letters.settled,
  };
}

function noLink(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such link for this account.', {
    fix: 'Sign in to the account that asked, and copy the whole link out of the letter.',
  });
}

function usedUp(): BroadsheetError {
  return new BroadsheetError('used_up', 'The link has been used or is too old.', {
    fix: 'Give the new address again in the settings.',
  });
}
