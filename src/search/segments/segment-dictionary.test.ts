import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOf } from '../../../test/support/segments.js';
import { createDictionary, type Dictionary } from '../dictionary.js';
import type { LiveSegment } from './index-state.js';
import { createSegmentDictionary, type SegmentDictionary } from './segment-dictionary.js';
import { sortForTable, tableOf } from './string-table.js';

/** How many papers of a segment have a word, and how many of those have gone. */
type Counts = { readonly papers: number; readonly lost?: number };

type Words = Readonly<Record<string, Counts | number>>;

const countsOf = (counts: Counts | number): Required<Counts> =>
  typeof counts === 'number' ? { papers: counts, lost: 0 } : { lost: 0, ...counts };

/** A segment that has these words, which are its terms too. */
function liveWith(words: Words, key: number): LiveSegment {
  const strings = sortForTable(Object.keys(words));
  const names = tableOf(strings);
  const counts = strings.map((word) => countsOf(words[word] ?? 0));
  const papers = Uint32Array.from(counts, (count) => count.papers);
  const lost = new Map(counts.flatMap((count, at) => (count.lost > 0 ? [[at, count.lost]] : [])));
  const ids = Array.from({ length: Math.max(1, ...papers) }, (_, at) => `paper-${at}`);
  const empty = segmentOf({ ids, lengths: ids.flatMap(() => [1, 1]), places: new Map() });
  const segment = {
    ...empty,
    terms: { ...empty.terms, names, papers },
    words: { names, papers, terms: Uint32Array.from(strings.keys()) },
  };
  const dead = new Uint32Array(1);
  const hotness = undefined;
  return { key, segment, dead, deadCount: 0, termsLost: lost, wordsLost: lost, hotness };
}

function indexOf(...segments: readonly Words[]): SegmentDictionary {
  const live = segments.map(liveWith);
  return createSegmentDictionary(() => live);
}

/** The same words, known to the plain dictionary. */
function plainOf(segments: readonly Words[]): Dictionary {
  const dictionary = createDictionary();
  for (const words of segments) {
    for (const [word, counts] of Object.entries(words)) {
      const { papers, lost } = countsOf(counts);
      for (let paper = lost; paper < papers; paper += 1) dictionary.learn([word]);
    }
  }
  return dictionary;
}

describe('a term', () => {
  it('is in the living papers of all segments', () => {
    const index = indexOf({ graph: 3 }, { graph: { papers: 5, lost: 4 }, tree: 9 });
    expect(index.papersWithTerm('graph')).toBe(4);
    expect(index.papersWithTerm('grap')).toBe(0);
  });
});

describe('an unfinished word', () => {
  it('goes on as most papers of all segments have it', () => {
    const index = indexOf(
      { transformer: 3, translation: 4, tree: 9 },
      { transformer: 2, transfer: 1 },
    );
    expect(index.completions('trans')).toEqual(['transformer', 'translation', 'transfer']);
  });

  it('does not go on as only papers that have gone have it', () => {
    expect(indexOf({ transfer: { papers: 2, lost: 2 } }).completions('trans')).toEqual([]);
  });
});

describe('a misspelt word', () => {
  it('is mended to the word that is commonest in all segments', () => {
    const index = indexOf({ meaning: 3, manning: 4 }, { meaning: 3 });
    expect(index.mended('maning', 0)).toBe('meaning');
    expect(index.mended('maning', 0, (word) => word !== 'meaning')).toBe('manning');
  });

  it('is mended to the first of two words that are as likely', () => {
    expect(indexOf({ modem: 2, mode: 2 }).mended('model', 0)).toBe('mode');
    expect(indexOf({ modem: 2, modes: 2 }).mended('model', 0)).toBe('modem');
  });

  it('is not mended to itself, to a stop word, nor to what has gone', () => {
    const index = indexOf({ сети: 1, hinto: 1, into: 9 }, { hindo: { papers: 3, lost: 3 } });
    expect(index.mended('сети', 0)).toBeUndefined();
    expect(index.mended('hinto', 0)).toBeUndefined();
  });

  it('is left as it is in an empty index', () => {
    expect(indexOf().mended('maning', 0)).toBeUndefined();
    expect(indexOf().completions('man')).toEqual([]);
  });
});

function withSlip(word: string, [kind, place, letter]: readonly [number, number, string]): string {
  const at = place % word.length;
  const [before, after] = [word.slice(0, at), word.slice(at + 1)];
  if (kind === 0) return before + letter + word.slice(at);
  if (kind === 1) return before + letter + after;
  if (kind === 2) return before + after;
  return before + after.slice(0, 1) + word[at] + after.slice(1);
}

describe('any index', () => {
  /** A slip: what is done to the letters, where, and with which letter. */
  const slip = fc.tuple(fc.nat(3), fc.nat(12), fc.constantFrom(...'aabcея\u{10400}'));

  /** Words a few slips away from a few, so that many are near each other. */
  const word = fc
    .tuple(
      fc.constantFrom(
        'abca',
        'abcab',
        'abcaabca',
        'abcabcabc',
        'ябвгабвг',
        'aabbccaabbcc',
        'about',
      ),
      fc.array(slip, { maxLength: 3 }),
    )
    .map(([base, slips]) => slips.reduce(withSlip, base).replace(/\p{Cs}/gu, ''));
  const counts = fc.oneof(
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom(20, 40, 60, 100, 200),
    fc.record({ papers: fc.constant(3), lost: fc.integer({ min: 0, max: 3 }) }),
  );
  const anySegments = fc.array(fc.dictionary(word, counts, { maxKeys: 25 }), { maxLength: 4 });

  it('mends as the plain dictionary does', () => {
    const refusals = fc.constantFrom('', 'a', 'ab', 'c');
    fc.assert(
      fc.property(
        anySegments,
        fc.array(word, { minLength: 8, maxLength: 8 }),
        fc.nat(2),
        refusals,
        (segments, typed, papers, refused) => {
          const [index, plain] = [indexOf(...segments), plainOf(segments)];
          const mayBe = (other: string) => refused === '' || !other.endsWith(refused);
          for (const one of typed) {
            expect(index.mended(one, papers, mayBe)).toBe(plain.mended(one, papers, mayBe));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('completes as the plain dictionary does', () => {
    const prefix = fc.constantFrom('', 'a', 'ab', 'abc', 'я', 'w');
    fc.assert(
      fc.property(anySegments, prefix, (segments, beginning) => {
        const [index, plain] = [indexOf(...segments), plainOf(segments)];
        expect(index.completions(beginning)).toEqual(plain.completions(beginning));
      }),
    );
  });

  it('completes as the plain dictionary does where far more words begin so', () => {
    // So many that only those of some count in some segment are looked at.
    const sizes = (max: number) =>
      fc.noShrink(fc.array(fc.nat({ max }), { minLength: 150, maxLength: 250 }));
    fc.assert(
      fc.property(sizes(400), fc.oneof(sizes(5), sizes(400)), (large, small) => {
        const wordsOf = (all: readonly number[], step: number): Words =>
          Object.fromEntries(
            all.map((papers, at) => [`w${at * step}`, papers]).filter(([, n]) => n),
          );
        const segments = [wordsOf(large, 1), wordsOf(small, 2), { w3: 300 }];
        const [index, plain] = [indexOf(...segments), plainOf(segments)];
        expect(index.completions('w')).toEqual(plain.completions('w'));
      }),
      { numRuns: 15 },
    );
  });
});
