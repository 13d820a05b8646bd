import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BEHIND_WORD, createWordCache, type Letters, newClaim } from './word-cache.js';

const shout = (word: string) => word.toUpperCase();

/** A row in which a word stands between others, and where it begins. */
function rowWith(word: string): { letters: Letters; start: number } {
  const start = 'before'.length;
  const codes = new Uint8Array(start + word.length + BEHIND_WORD);
  codes.set(Buffer.from(`before${word}${'x'.repeat(BEHIND_WORD)}`, 'latin1'));
  return { letters: { codes, view: new DataView(codes.buffer) }, start };
}

describe('a word met before', () => {
  it('is the same entry, whether it stands in a row of letters or alone', () => {
    const cache = createWordCache(shout);
    const entry = cache.entryOf('attention');
    expect(entry).toMatchObject({ word: 'attention', term: 'ATTENTION' });
    const { letters, start } = rowWith('attention');
    expect(cache.entryAt(letters, start, start + 'attention'.length)).toBe(entry);
  });

  it('keeps the numbers that were written into it', () => {
    const cache = createWordCache(shout);
    const [claim, other] = [newClaim(), newClaim()];
    expect(other).not.toBe(claim);
    expect(cache.entryOf('graph').claim).not.toBe(claim);
    Object.assign(cache.entryOf('graph'), { claim, wordId: 7 });
    expect(cache.entryOf('graph')).toMatchObject({ claim, wordId: 7 });
    Object.assign(cache.entryOf('graph'), { rowClaim: other, row: 8 });
    expect(cache.entryOf('graph')).toMatchObject({ claim, wordId: 7, rowClaim: other, row: 8 });
  });

  it('is not told apart from itself by what stands behind it', () => {
    const cache = createWordCache(shout);
    const { letters, start } = rowWith('graphs');
    expect(cache.entryAt(letters, start, start + 5).word).toBe('graph');
    expect(cache.entryAt(letters, start, start + 6).word).toBe('graphs');
    expect(cache.entryAt(letters, start, start + 4).word).toBe('grap');
  });

  it('is not taken for another of the same low bytes', () => {
    const cache = createWordCache(shout);
    cache.entryOf('šum');
    const { letters, start } = rowWith('aum');
    expect(cache.entryAt(letters, start, start + 3).word).toBe('aum');
  });
});

describe('two words of one hash', () => {
  const beginning = 'abcdefghijklmnopqrstuvwx';

  it.each([
    ['eupyqsxm', 'umbdyxdf'],
    [`${beginning}gibbeybd`, `${beginning}amyyaosb`],
  ])('%s and %s stay two', (one, other) => {
    const cache = createWordCache(shout);
    cache.entryOf(one);
    const { letters, start } = rowWith(other);
    expect(cache.entryAt(letters, start, start + other.length).word).toBe(other);
    expect(cache.entryOf(other).word).toBe(other);
  });
});

describe('any words', () => {
  it('are found as what they are, however many there were', () => {
    // Room for 64.
    const cache = createWordCache(shout, 4);
    for (let number = 0; number < 200; number += 1) cache.entryOf(`w${number}`);
    const word = fc.oneof(
      fc.stringMatching(/^[a-z0-9.]{1,40}$/),
      fc.nat(200).map((number) => `w${number}`),
      fc.stringMatching(/^[ab]{20,30}$/),
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        for (const one of words) {
          const { letters, start } = rowWith(one);
          const entry = cache.entryAt(letters, start, start + one.length);
          expect(entry).toMatchObject({ word: one, term: shout(one) });
          expect(cache.entryOf(one)).toBe(entry);
        }
      }),
    );
  });
});
