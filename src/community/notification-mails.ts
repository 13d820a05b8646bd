/**
 * Letters about notifications, for those who have asked for them: what has gathered for one
 * person goes into one letter, and nobody gets more than one an hour.
 *
 * What a letter tells is marked as mailed before the letter is handed over. If the program ends
 * in between, or the mail server refuses, that letter is lost; no letter is ever sent twice. All
 * of it can still be read on the page of notifications.
 */

import type { AccountId } from '../accounts/account.js';
import type { Letter, Mailer } from '../mail/mailer.js';
import { paperPath } from '../papers/identifiers.js';
import { cleanLine } from '../papers/record.js';
import type { Notification } from './notification.js';
import type { MailBundle } from './notification-mail-store.js';
import type { NotificationStore } from './notification-store.js';
import { whatHappened, whatWasSaid, whereItLeads } from './notification-words.js';

export type NotificationMails = {
  /**
   * Sends what is due to at most so many people.
   *
   * @returns how many letters were handed over, and how many the mail server refused
   */
  readonly sendDue: (limit?: number) => Promise<{
    readonly sent: number;
    readonly failed: number;
  }>;
};

/** The longest subject that mail programs show whole. */
const LONGEST_SUBJECT = 90;

const USUAL_LIMIT = 100;

export function createNotificationMails({
  notifications,
  mailer,
  site,
  offKey,
  onFailure,
}: {
  readonly notifications: Pick<NotificationStore, 'takeDueMails'>;
  readonly mailer: Pick<Mailer, 'send'>;
  /** The address that readers see, without a slash at its end. */
  readonly site: { readonly title: string; readonly baseUrl: string };
  /** What proves, in an address, that it came with a letter to this account. */
  readonly offKey: (accountId: AccountId) => string;
  readonly onFailure: (error: unknown, accountId: AccountId) => void;
}): NotificationMails {
  return {
    async sendDue(limit = USUAL_LIMIT) {
      let sent = 0;
      let failed = 0;
      for (const bundle of await notifications.takeDueMails(limit)) {
        try {
          await mailer.send(letterFor(bundle, site, offKey(bundle.accountId)));
          sent += 1;
        } catch (error) {
          failed += 1;
          onFailure(error, bundle.accountId);
        }
      }
      return { sent, failed };
    },
  };
}

/** The path by which letters are ended without signing in. */
export function mailsOffPath(key: string): string {
  return `/notifications/mail/off/${key}`;
}

function letterFor(
  { email, displayName, notifications, total }: MailBundle,
  { title, baseUrl }: { readonly title: string; readonly baseUrl: string },
  key: string,
): Letter {
  const off = baseUrl + mailsOffPath(key);
  const [first] = notifications;
  const news = `${total} ${total === 1 ? 'notification' : 'notifications'} from ${title}`;
  const subject = total === 1 && first ? whatHappened(first) : news;
  const more = total - notifications.length;
  const text = [
    `Hello ${displayName},`,
    ...notifications.map((notification) => paragraphFor(notification, baseUrl)),
    ...(more > 0 ? [`and ${more} more: ${baseUrl}/notifications`] : []),
    [
      '-- ',
      `${title} mails what concerns you, at most once an hour, since you have asked for it.`,
      `No more of these letters: ${off}`,
    ].join('\n'),
  ].join('\n\n');
  return {
    to: email,
    subject: shortLine(subject, LONGEST_SUBJECT),
    text,
    headers: {
      'List-Unsubscribe': `<${off}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
    },
  };
}

function paragraphFor(notification: Notification, baseUrl: string): string {
  const { paper } = notification;
  const said = whatWasSaid(notification);
  const path = whereItLeads(notification, ({ id }) => paperPath(id));
  return [
    cleanLine(whatHappened(notification)),
    ...(paper ? [`On: ${cleanLine(paper.title)}`] : []),
    ...(said ? [`> ${said}`] : []),
    ...(path ? [baseUrl + path] : []),
  ].join('\n');
}

function shortLine(text: string, most: number): string {
  const line = cleanLine(text);
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
}
