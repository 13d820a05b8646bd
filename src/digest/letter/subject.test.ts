import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Day } from '../../papers/dates.js';
import { DATE_LANGUAGES } from '../subscriptions/subscription.js';
import { preheaderOf, subjectOf } from './subject.js';

const shown = (...titles: string[]) => ({
  siteTitle: 'Language Daily',
  editionOn: '2026-05-01' as Day,
  dateLanguage: 'en-GB' as const,
  titles,
});

const LONG =
  'Reading Twice: Small Models that Look Back Before They Answer, and What It Costs Them';

describe('a subject', () => {
  it('is the first title and how many come with it', () => {
    expect(subjectOf(shown('Graphs', 'Trees', 'Lists'))).toBe('Graphs and 2 more');
    expect(subjectOf(shown('Graphs'))).toBe('Graphs');
  });

  it('shortens the title, not the count', () => {
    expect(subjectOf(shown(`${LONG} ${LONG}`, 'Trees'))).toBe(
      'Reading Twice: Small Models that Look Back Before They Answer, and What It … and 1 more',
    );
  });

  it('tells the day when nothing is new', () => {
    expect(subjectOf(shown())).toBe('Language Daily: nothing new on 1 May 2026');
  });
});

describe('a preheader', () => {
  it('names the next two papers', () => {
    expect(preheaderOf(shown(LONG, 'The Second of the Papers', 'And the Third'))).toBe(
      'Also: The Second of the Papers; And the Third',
    );
  });

  it('says what it is when there are no two, or their titles are short', () => {
    const filling = 'The new papers that were chosen for you on 1 May 2026';
    expect(preheaderOf(shown(LONG))).toBe(filling);
    expect(preheaderOf(shown(LONG, 'Lists'))).toBe(`Also: Lists. ${filling}`);
  });
});

it('both have a length that mail programs show, whatever the titles', () => {
  const title = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 });
  const given = fc.record({
    siteTitle: fc.string({ minLength: 1, maxLength: 60 }),
    editionOn: fc.constantFrom('2026-05-01' as Day, '2026-09-30' as Day),
    dateLanguage: fc.constantFrom(...DATE_LANGUAGES),
    titles: fc.array(title, { maxLength: 30 }),
  });
  fc.assert(
    fc.property(given, (letter) => {
      expect(subjectOf(letter).length).toBeLessThanOrEqual(90);
      const { length } = preheaderOf(letter);
      expect(length).toBeGreaterThanOrEqual(40);
      expect(length).toBeLessThanOrEqual(130);
    }),
  );
});
