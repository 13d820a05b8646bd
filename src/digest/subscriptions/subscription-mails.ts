/** Sending the letters about a subscription: which one, and whether it is time for any. */

import { linkOrigin } from '../../accounts/link-origin.js';
import type { OneTimeSecretStore } from '../../accounts/one-time-secret-store.js';
import type { Letter, Mailer } from '../../mail/mailer.js';
import type { ConfirmationLinks } from './confirmation-links.js';
import { digestPaths, type Subscriber, type Suppression } from './subscription.js';
import { alreadySubscribedLetter, confirmationLetter } from './subscription-letters.js';
import { CONFIRMATION_MS } from './subscription-store.js';
import { REFUTABLE_REASONS, type SuppressionStore } from './suppression-store.js';

export type SubscriptionMails = {
  /**
   * Writes to whoever an address belongs to: to confirm, or that it is confirmed already. Nothing
   * if a letter went lately, or may not go.
   *
   * @param find - the subscriber; called only when a letter may go
   * @returns whether one went
   * @throws BroadsheetError `mail_failed`
   */
  readonly write: (
    addressHash: string,
    asked: { readonly from: string; readonly origin?: string | undefined },
    find: () => Promise<Subscriber>,
  ) => Promise<boolean>;
  readonly linkOf: (path: string, origin?: string) => string;
};

/** To an address whose letters came back, only now and then. */
const MOST_AFTER_BOUNCES_A_DAY = 1;

const MS_PER_DAY = 24 * 3_600_000;

export function createSubscriptionMails({
  links,
  suppressions,
  secrets,
  mailer,
  now,
  site,
}: {
  readonly links: ConfirmationLinks;
  readonly suppressions: Pick<SuppressionStore, 'find'>;
  readonly secrets: Pick<OneTimeSecretStore, 'withdraw'>;
  readonly mailer: Pick<Mailer, 'send'>;
  readonly now: () => Date;
  readonly site: {
    readonly title: string;
    readonly baseUrl: string | undefined;
    readonly listensAt?: () => string | undefined;
  };
}): SubscriptionMails {
  const origins = { baseUrl: site.baseUrl, listensAt: site.listensAt ?? (() => undefined) };
  const inTurn = createTurns();

  const linkOf = (path: string, origin?: string): string => `${linkOrigin(origins, origin)}${path}`;

  const prepare = async (
    addressHash: string,
    { from, origin }: Parameters<SubscriptionMails['write']>[1],
    find: () => Promise<Subscriber>,
  ): Promise<{ readonly letter: Letter; readonly token: string } | undefined> => {
    const suppression = await suppressions.find(addressHash);
    if (suppression && !isRefutable(suppression)) return undefined;
    const mostADay = suppression ? { mostADay: MOST_AFTER_BOUNCES_A_DAY } : {};
    if (!(await links.mayWrite(addressHash, mostADay))) return undefined;
    const subscriber = await find();
    const { address: to, linkKey } = subscriber;
    if (to === undefined) return undefined;
    // Made for every letter, since by it letters are counted.
    const token = await links.make(subscriber);
    const facts = { to, siteTitle: site.title, asked: now(), from };
    if (subscriber.state === 'confirmed' && !suppression) {
      const link = linkOf(digestPaths.preferences(linkKey), origin);
      return { letter: alreadySubscribedLetter({ ...facts, link }), token };
    }
    const link = linkOf(digestPaths.confirm(token), origin);
    const livesDays = CONFIRMATION_MS / MS_PER_DAY;
    return { letter: confirmationLetter({ ...facts, link, livesDays }), token };
  };

  return {
    async write(...given) {
      // One after the other, so that of many who ask at once one causes a letter, and not none.
      const prepared = await inTurn(() => prepare(...given));
      if (!prepared) return false;
      try {
        await mailer.send(prepared.letter);
      } catch (error) {
        // No letter went, so whoever asks again need not wait for an hour.
        await secrets.withdraw(prepared.token);
        throw error;
      }
      return true;
    },

    linkOf,
  };
}

/** Whether letters only came back, which the reader of one that arrives disproves. */
export function isRefutable({ reason }: Suppression): boolean {
  return REFUTABLE_REASONS.includes(reason);
}

/** Runs one work after the other, in the order in which they come. */
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
