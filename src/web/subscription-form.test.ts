import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CADENCES,
  CHANNELS,
  DATE_LANGUAGES,
  type DigestPreferences,
  FEWEST_PAPERS,
  MOST_PAPERS,
  MOST_SEARCHES,
  usualPreferences,
} from '../digest/subscriptions/subscription.js';
import { readPreferences, type TypedPreferences, toTyped, typedOf } from './subscription-form.js';

const USUAL = usualPreferences({ hour: 8, timeZone: 'Europe/Berlin' });

/** What comes of the usual preferences when somebody types something else. */
function typing(typed: Partial<TypedPreferences>, before: DigestPreferences = USUAL) {
  return readPreferences({ ...toTyped(before), ...typed }, before, { hasAccount: true });
}

/** Which fields are said to be wrong. */
function wrongFields(typed: Partial<TypedPreferences>): readonly string[] {
  const read = typing(typed);
  return 'problems' in read ? [...read.problems.keys()] : [];
}

const ALL_PREFERENCES: fc.Arbitrary<DigestPreferences> = fc.record({
  cadence: fc.constantFrom(...CADENCES),
  weekday: fc.integer({ min: 1, max: 7 }),
  minute: fc.integer({ min: 0, max: 1_439 }),
  timeZone: fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/Argentina/Buenos_Aires'),
  channel: fc.constantFrom(...CHANNELS),
  trending: fc.constant(true),
  interests: fc.boolean(),
  follows: fc.boolean(),
  searches: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,20}( [a-z]{1,20}){0,3}$/), {
    maxLength: MOST_SEARCHES,
  }),
  papers: fc.integer({ min: FEWEST_PAPERS, max: MOST_PAPERS }),
  dateLanguage: fc.constantFrom(...DATE_LANGUAGES),
  evenIfEmpty: fc.boolean(),
});

describe('the form of preferences', () => {
  it('changes nothing when nobody types anything', () => {
    fc.assert(
      fc.property(ALL_PREFERENCES, fc.boolean(), (preferences, hasAccount) => {
        const read = readPreferences(toTyped(preferences), preferences, { hasAccount });
        expect(read).toEqual({ preferences });
      }),
    );
  });

  it('never gives preferences that nobody can have, whatever is typed', () => {
    const typed = fc.record(
      Object.fromEntries(
        Object.entries(toTyped(USUAL)).map(([name, value]) => [
          name,
          typeof value === 'boolean' ? fc.boolean() : fc.string({ unit: 'binary' }),
        ]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(typed, (some) => {
        const read = typing(some as Partial<TypedPreferences>);
        if ('problems' in read) expect(read.problems.size).toBeGreaterThan(0);
        else expect(typing({}, read.preferences)).toEqual(read);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, Partial<TypedPreferences>, readonly string[]]>([
    ['a cadence that there is not', { cadence: 'hourly' }, ['cadence']],
    ['the eighth day of the week', { weekday: '8' }, ['weekday']],
    ['the twenty-fifth hour', { hour: '24' }, ['hour']],
    ['no hour', { hour: '' }, ['hour']],
    ['a time zone on the moon', { timeZone: 'Moon/Tycho' }, ['timeZone']],
    ['two papers', { papers: '2' }, ['papers']],
    ['half a paper', { papers: '7.5' }, ['papers']],
    ['a language nobody writes dates in', { dateLanguage: 'tlh' }, ['dateLanguage']],
    ['a pigeon', { channel: 'pigeon' }, ['channel']],
    ['a search of 301 letters', { searches: 'x'.repeat(301) }, ['searches']],
    ['21 searches', { searches: Array.from({ length: 21 }, (_, n) => n).join('\n') }, ['searches']],
    ['a mail about nothing', { trending: false, interests: false, follows: false }, ['trending']],
    ['two things', { papers: '99', hour: 'noon' }, ['hour', 'papers']],
  ])('says what is wrong with %s', (_, typed, fields) => {
    expect([...wrongFields(typed)].sort()).toEqual([...fields].sort());
  });

  it('takes one search to a line, each once', () => {
    const read = typing({ searches: ' norms \r\n\r\ncat:cs.CL  attention\rnorms\n' });
    expect(read).toMatchObject({ preferences: { searches: ['norms', 'cat:cs.CL attention'] } });
  });

  it('keeps half past eight until somebody chooses another hour', () => {
    const before = { ...USUAL, minute: 510 };
    expect(typing({ papers: '5' }, before)).toMatchObject({ preferences: { minute: 510 } });
    expect(typing({ hour: '9' }, before)).toMatchObject({ preferences: { minute: 540 } });
  });

  it('leaves what needs an account as it was for who has none', () => {
    const typed = { ...toTyped(USUAL), interests: false, follows: false };
    const read = (hasAccount: boolean) => readPreferences(typed, USUAL, { hasAccount });
    expect(read(false)).toMatchObject({ preferences: { interests: true, follows: true } });
    expect(read(true)).toMatchObject({ preferences: { interests: false, follows: false } });
    const onlyOwn = readPreferences({ ...typed, interests: true, trending: false }, USUAL, {
      hasAccount: false,
    });
    expect(onlyOwn).toHaveProperty('problems');
  });

  it('takes boxes that were not sent for empty ones, where boxes were shown', () => {
    const nothing = { trending: false, interests: false, follows: false, evenIfEmpty: false };
    const sent = (boxes: boolean) => typedOf({ ...nothing, boxes, papers: '5' } as never, USUAL);
    expect(sent(true)).toMatchObject({ trending: false, papers: '5', cadence: 'daily' });
    expect(sent(false)).toMatchObject({ trending: true, papers: '5', cadence: 'daily' });
  });
});
