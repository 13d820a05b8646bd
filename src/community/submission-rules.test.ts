import { describe, expect, test } from 'vitest';
import type { Day, PartialDate } from '../papers/dates.js';
import type { PaperFacts } from '../papers/paper.js';
import {
  mostPerDay,
  refusalOfPaper,
  refusalOfPerson,
  type SubmissionRules,
  type Submitter,
} from './submission-rules.js';

const RULES: SubmissionRules = { submitters: 'readers', perDay: 10, ageDays: 14, ownPapers: true };
const TODAY = '2026-11-20' as Day;
const NOW = new Date('2026-11-20T12:00:00Z');

const READER: Submitter = {
  role: 'reader',
  createdAtMs: NOW.getTime() - 30 * 86_400_000,
  trustedAtMs: undefined,
  bannedAtMs: undefined,
};
const NEWCOMER: Submitter = { ...READER, createdAtMs: NOW.getTime() - 3_600_000 };
const CURATOR: Submitter = { ...READER, role: 'curator' };
const BANNED: Submitter = { ...CURATOR, bannedAtMs: 1 };

const paper = (publishedOn?: string, facts: Partial<PaperFacts> = {}): PaperFacts => ({
  title: 'T',
  abstract: '',
  authors: [],
  categories: [],
  links: [],
  ...(publishedOn && { publishedOn: publishedOn as PartialDate }),
  ...facts,
});

describe('Somebody may submit', () => {
  test.each<[string, Submitter, Partial<SubmissionRules>, boolean, number, string | undefined]>([
    ['a reader', READER, {}, false, 9, undefined],
    ['a reader who has done so often today', READER, {}, false, 10, 'too_many'],
    ['a newcomer', NEWCOMER, {}, false, 1, undefined],
    ['a newcomer for the third time', NEWCOMER, {}, false, 2, 'too_many'],
    ['a newcomer where one a day is allowed', NEWCOMER, { perDay: 1 }, false, 1, 'too_many'],
    ['a curator, as often as they like', CURATOR, { perDay: 1 }, false, 99, undefined],
    ['a reader where authors do', READER, { submitters: 'authors' }, false, 0, 'forbidden'],
    ['an author where authors do', READER, { submitters: 'authors' }, true, 0, undefined],
    ['a curator where authors do', CURATOR, { submitters: 'authors' }, false, 0, undefined],
    ['an author where curators do', READER, { submitters: 'curators' }, true, 0, 'forbidden'],
    ['a curator where curators do', CURATOR, { submitters: 'curators' }, false, 0, undefined],
    ['whoever is banned', BANNED, {}, true, 0, 'forbidden'],
  ])('%s', (_, account, rules, isKnownAuthor, submitted, code) => {
    const refusal = refusalOfPerson(account, {
      rules: { ...RULES, ...rules },
      isKnownAuthor,
      submitted,
      now: NOW,
    });
    expect(refusal?.code).toBe(code);
  });

  test('as many papers as are left', () => {
    expect(mostPerDay(READER, RULES, NOW)).toBe(10);
    expect(mostPerDay(NEWCOMER, RULES, NOW)).toBe(2);
    expect(mostPerDay({ ...NEWCOMER, trustedAtMs: 1 }, RULES, NOW)).toBe(10);
    expect(mostPerDay(CURATOR, RULES, NOW)).toBeUndefined();
  });
});

describe('A paper may be submitted', () => {
  test.each<[string, PaperFacts, boolean]>([
    ['of today', paper('2026-11-20'), true],
    ['of fourteen days ago', paper('2026-11-06'), true],
    ['of fifteen days ago', paper('2026-11-05'), false],
    ['of years ago, in a new version', paper('2017-06-12', { updatedOn: TODAY }), false],
    ['of this month', paper('2026-11'), true],
    ['of last month', paper('2026-10'), false],
    [
      'of this month, announced on its third',
      paper('2026-11', { announcedOn: '2026-11-03' as Day }),
      false,
    ],
    [
      'announced this week, of no other date',
      paper(undefined, { announcedOn: '2026-11-18' as Day }),
      true,
    ],
    ['of this year', paper('2026'), false],
    ['of last year', paper('2025'), false],
    ['of no known date', paper(), false],
    ['of next month, as proceedings are', paper('2026-12-05'), true],
  ])('%s: %#', (_, facts, isTaken) => {
    const refusal = refusalOfPaper(READER, facts, { rules: RULES, isOwn: false, today: TODAY });
    expect(refusal === undefined).toBe(isTaken);
    if (refusal) expect(refusal).toMatchObject({ code: 'not_acceptable', status: 422 });
    // Curators decide about age themselves.
    expect(
      refusalOfPaper(CURATOR, facts, { rules: RULES, isOwn: false, today: TODAY }),
    ).toBeUndefined();
  });

  test('unless it is withdrawn, for nobody', () => {
    const withdrawn = paper('2026-11-20', { withdrawn: true });
    for (const account of [READER, CURATOR]) {
      expect(
        refusalOfPaper(account, withdrawn, { rules: RULES, isOwn: false, today: TODAY })?.message,
      ).toContain('withdrawn');
    }
  });

  test('by its author, if the operator lets them', () => {
    const own = { isOwn: true, today: TODAY };
    const fresh = paper('2026-11-20');
    expect(refusalOfPaper(READER, fresh, { ...own, rules: RULES })).toBeUndefined();
    const strict = { ...RULES, ownPapers: false };
    expect(refusalOfPaper(READER, fresh, { ...own, rules: strict })?.code).toBe('not_acceptable');
  });
});
