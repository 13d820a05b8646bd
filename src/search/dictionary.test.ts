import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { describe, expect, it } from 'vitest';
import { createDictionary, type Dictionary } from './dictionary.js';

/** A dictionary of papers that have one word each, so many papers for each word. */
function dictionaryOf(papersByWord: Readonly<Record<string, number>>): Dictionary {
  const dictionary = createDictionary();
  for (const [word, papers] of Object.entries(papersByWord)) {
    for (let paper = 0; paper < papers; paper += 1) dictionary.learn([word]);
  }
  return dictionary;
}

describe('a misspelt word', () => {
  it('is mended to the nearest word', () => {
    const dictionary = dictionaryOf({ matryoshka: 1, representation: 5 });
    expect(dictionary.mended('matroyshka', 0)).toBe('matryoshka');
    expect(dictionary.mended('represantaton', 0)).toBe('representation');
  });

  it('may have two neighbouring letters swapped, however short it is', () => {
    expect(dictionaryOf({ graph: 1 }).mended('grpah', 0)).toBe('graph');
  });

  it('may have one slip up to eight letters, and two beyond', () => {
    const dictionary = dictionaryOf({ graph: 1, framing: 1, recommender: 1 });
    expect(dictionary.mended('gruph', 0)).toBe('graph');
    expect(dictionary.mended('grufh', 0)).toBeUndefined();
    expect(dictionary.mended('flamingo', 0)).toBeUndefined();
    expect(dictionary.mended('reccomender', 0)).toBe('recommender');
    expect(dictionary.mended('rekomender', 0)).toBe('recommender');
    expect(dictionary.mended('rekomenter', 0)).toBeUndefined();
  });

  it('is rather a common word at two slips than a rare one at one', () => {
    const mended = (papers: number) =>
      dictionaryOf({ dependancy: papers, dependency: 500 }).mended('dependancu', 0);
    expect(mended(1)).toBe('dependency');
    expect(mended(30)).toBe('dependancy');
  });

  it('of four letters is a slip only of a word that is far more common', () => {
    expect(dictionaryOf({ mona: 99 }).mended('mrna', 0)).toBeUndefined();
    expect(dictionaryOf({ text: 100 }).mended('txet', 0)).toBe('text');
  });

  it('never means a stop word, nor does a stop word mean another', () => {
    expect(dictionaryOf({ into: 1_000, hint: 0 }).mended('hinto', 0)).toBeUndefined();
    expect(dictionaryOf({ abort: 1_000 }).mended('about', 0)).toBeUndefined();
  });

  it('means only what is allowed', () => {
    const dictionary = dictionaryOf({ meaning: 500, manning: 3 });
    expect(dictionary.mended('maning', 0)).toBe('meaning');
    expect(dictionary.mended('maning', 0, (word) => word === 'manning')).toBe('manning');
  });

  it('may be in a paper or two if its neighbour is far more common', () => {
    expect(dictionaryOf({ langauge: 2, language: 300 }).mended('langauge', 2)).toBe('language');
    expect(dictionaryOf({ mamba: 2, samba: 20 }).mended('mamba', 2)).toBeUndefined();
  });

  it('is no number, no name with a number and no short word', () => {
    const dictionary = dictionaryOf({ word2vec: 9, cnn: 9 });
    expect(dictionary.mended('word3vec', 0)).toBeUndefined();
    expect(dictionary.mended('dnn', 0)).toBeUndefined();
  });
});

describe('an unfinished word', () => {
  it('is completed by words that begin so, the most common first', () => {
    const dictionary = dictionaryOf({ translate: 1, translation: 3, train: 2, rain: 9 });
    expect(dictionary.completions('trans')).toEqual(['translation', 'translate']);
  });
});

/** The word with two neighbours exchanged, for each two. */
function withNeighboursSwapped(word: string): string[] {
  return Array.from(word.slice(1), (letter, at) => {
    return `${word.slice(0, at)}${letter}${word[at]}${word.slice(at + 2)}`;
  });
}

describe('any dictionary', () => {
  const word = fc.stringMatching(/^[abc]{5,10}$/);

  it('knows only words that it has not forgotten', () => {
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (kept, forgotten) => {
        const dictionary = createDictionary();
        const gone = forgotten.map((one) => dictionary.learn([one]));
        dictionary.learn(new Set(kept));
        for (const one of gone) dictionary.forget(one);
        expect(new Set(dictionary.completions(''))).toEqual(new Set(kept));
      }),
    );
  });

  it('mends a word if any is near enough, to one as near as it may be', () => {
    fc.assert(
      fc.property(fc.array(word), word, (words, typed) => {
        const dictionary = createDictionary();
        dictionary.learn(new Set(words));
        const most = typed.length <= 8 ? 1 : 2;
        const isNear = (other: string) =>
          distance(other, typed) <= most || withNeighboursSwapped(typed).includes(other);
        const near = words.filter((other) => other !== typed && isNear(other));
        const mended = dictionary.mended(typed, 0);
        if (near.length > 0) expect(near).toContain(mended);
        else expect(mended).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
