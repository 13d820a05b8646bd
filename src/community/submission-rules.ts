/**
 * Who may put which paper into the list of the day. The operator sets the rules; each refusal
 * says in a sentence which rule it is, and what can be done instead.
 *
 * Curators choose what is in the list anyway, so for them neither the number nor the age of
 * papers is limited: they are told, and decide.
 */

import { type Account, hasRole, isNewAccount } from '../accounts/account.js';
import { BroadsheetError } from '../errors.js';
import { addDays, type Day, dateInWords, isDay, type PartialDate } from '../papers/dates.js';
import { monthPeriod } from '../papers/edition.js';
import type { PaperFacts } from '../papers/paper.js';

export type SubmissionRules = {
  /** `authors` are those whose authorship of some paper here has been confirmed. */
  readonly submitters: 'readers' | 'authors' | 'curators';
  readonly perDay: number;
  /** Since the first version appeared. */
  readonly ageDays: number;
  /** Whether authors may submit their own papers. */
  readonly ownPapers: boolean;
};

/** Whoever submits, as far as rules ask. */
export type Submitter = Pick<Account, 'role' | 'createdAtMs' | 'trustedAtMs' | 'bannedAtMs'>;

/** What a new account may submit in a day: enough to begin, too little to flood a list. */
const MOST_OF_NEW_ACCOUNTS = 2;

/** How many papers somebody may submit for one day; `undefined` is as many as they like. */
export function mostPerDay(
  account: Submitter,
  { perDay }: SubmissionRules,
  now: Date,
): number | undefined {
  if (hasRole(account, 'curator')) return undefined;
  return isNewAccount(account, now) ? Math.min(MOST_OF_NEW_ACCOUNTS, perDay) : perDay;
}

/** Why somebody may not submit anything now; `undefined` if they may. */
export function refusalOfPerson(
  account: Submitter,
  {
    rules,
    isKnownAuthor,
    submitted,
    now,
  }: {
    readonly rules: SubmissionRules;
    /** Whether their authorship of any paper has been confirmed. */
    readonly isKnownAuthor: boolean;
    /** How many they have submitted for this day. */
    readonly submitted: number;
    readonly now: Date;
  },
): BroadsheetError | undefined {
  if (account.bannedAtMs !== undefined) {
    return new BroadsheetError('forbidden', 'This account may not submit papers.');
  }
  if (!hasRole(account, 'curator')) {
    if (rules.submitters === 'curators') {
      return new BroadsheetError('forbidden', 'Only curators of this instance submit papers.', {
        fix: 'Send the address of the paper to one of them.',
      });
    }
    if (rules.submitters === 'authors' && !isKnownAuthor) {
      return new BroadsheetError(
        'forbidden',
        'Only people who have written a paper in this catalogue submit papers.',
        { fix: 'Claim a paper of yours on its page first.' },
      );
    }
  }
  const most = mostPerDay(account, rules, now);
  if (most === undefined || submitted < most) return undefined;
  const isNew = most < rules.perDay;
  return new BroadsheetError(
    'too_many',
    `You have submitted ${papersInWords(submitted)} for this day; ` +
      `${isNew ? 'a new account' : 'everybody'} may submit ${most}.`,
    { fix: 'Come back tomorrow, or vote for what others have submitted.', retryAfterSeconds: 3600 },
  );
}

/** Why a paper may not be submitted; `undefined` if it may. */
export function refusalOfPaper(
  account: Submitter,
  paper: PaperFacts,
  {
    rules,
    isOwn,
    today,
  }: { readonly rules: SubmissionRules; readonly isOwn: boolean; readonly today: Day },
): BroadsheetError | undefined {
  if (paper.withdrawn) {
    return refused('This paper has been withdrawn.', 'Submit another one.');
  }
  if (isOwn && !rules.ownPapers) {
    return refused(
      'On this instance nobody submits papers of their own.',
      'Wait until a reader or a curator finds it.',
    );
  }
  const reason = ageRemark(paper, { rules, today });
  if (!reason || hasRole(account, 'curator')) return undefined;
  return refused(reason, 'You can vote for it where it is; a curator may put it into the list.');
}

/** What speaks against a paper's age, in a sentence; `undefined` if nothing does. */
export function ageRemark(
  paper: PaperFacts,
  { rules: { ageDays }, today }: { readonly rules: SubmissionRules; readonly today: Day },
): string | undefined {
  const earliest = addDays(today, -ageDays);
  const date = firstVersionDate(paper);
  if (!date) {
    return `It is not known when this paper appeared, and papers are taken for ${days(ageDays)}.`;
  }
  if (latestDayOf(date) < earliest) {
    return (
      `This paper first appeared ${isDay(date) ? 'on' : 'in'} ${dateInWords(date)}; ` +
      `papers are taken for ${days(ageDays)}.`
    );
  }
  // A year may be this morning or last winter.
  return date.length > 'YYYY'.length
    ? undefined
    : `Of this paper only the year is known, and papers are taken for ${days(ageDays)}.`;
}

/** When a paper first appeared, as exactly as anybody has said. */
function firstVersionDate({ publishedOn, announcedOn }: PaperFacts): PartialDate | undefined {
  if (!publishedOn) return announcedOn;
  // It is announced within days, so the announcement tells the day of a month.
  return announcedOn?.startsWith(publishedOn) ? announcedOn : publishedOn;
}

function latestDayOf(date: PartialDate): Day {
  if (isDay(date)) return date;
  const month = date.length === 'YYYY'.length ? `${date}-12` : date;
  return addDays(monthPeriod(`${month}-01` as Day).until, -1);
}

function days(count: number): string {
  return count === 1 ? 'one day' : `${count} days`;
}

function papersInWords(count: number): string {
  return count === 1 ? 'one paper' : `${count} papers`;
}

function refused(message: string, fix: string): BroadsheetError {
  return new BroadsheetError('not_acceptable', message, { fix });
}
