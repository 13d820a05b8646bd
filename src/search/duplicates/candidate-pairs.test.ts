import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paper } from '../../../test/support/papers.js';
import { CODE_BYTES } from '../vectors/search-vectors.js';
import { candidatePairs, MOST_PAPERS } from './candidate-pairs.js';
import { fingerprintOf } from './fingerprint.js';

/** The pairs among papers of these titles and signs, as `first-second`. */
function pairsAmong(titles: readonly string[], codes: readonly Uint8Array[] = []): string[] {
  const papers = titles.map((title, at) => fingerprintOf(paper(`${at}`, { title })));
  const signs = new Uint8Array(titles.length * CODE_BYTES);
  for (const [at, code] of codes.entries()) signs.set(code, at * CODE_BYTES);
  const { pairs } = candidatePairs(papers, signs, (at) => codes[at] !== undefined);
  return Array.from(pairs, (pair) => `${Math.floor(pair / MOST_PAPERS)}-${pair % MOST_PAPERS}`);
}

function codeWith(...bits: readonly number[]): Uint8Array {
  const code = new Uint8Array(CODE_BYTES);
  for (const bit of bits) code[bit >> 3] = (code[bit >> 3] as number) ^ (1 << (bit & 7));
  return code;
}

describe('the pairs that are worth comparing', () => {
  it('share two rare words of their titles', () =>
    expect(
      pairsAmong([
        'Proof nets for linear logic',
        'Linear logic without proof nets',
        'Nets for fishing',
        'A study of games',
      ]),
    ).toEqual(['0-1']));

  it('or nearly all signs of their vectors', () => {
    const titles = ['One', 'Another', 'Third'];
    const far = codeWith(...Array.from({ length: 128 }, (_, bit) => bit * 2));
    expect(pairsAmong(titles, [codeWith(), codeWith(1, 77, 200), far])).toEqual(['0-1']);
  });

  it('may differ in 60 signs, and not in one more', () => {
    const differing = (count: number) =>
      codeWith(...Array.from({ length: count }, (_, bit) => bit));
    const pairs = pairsAmong(['One', 'Near', 'Far'], [codeWith(), differing(60), differing(61)]);
    expect(pairs).toEqual(['0-1', '1-2']);
  });

  it('are not those of which neither has a vector', () =>
    expect(pairsAmong(['One', 'Another'])).toEqual([]));

  it('leave out forms that many titles have', () =>
    expect(pairsAmong(Array.from({ length: 21 }, () => 'Book reviews and notices'))).toEqual([]));
});

it('by meaning, they are the pairs that agree in a band and differ in 60 signs at most', () => {
  const anyCode = fc.array(fc.nat(255), { maxLength: 70 }).map((bits) => codeWith(...bits));
  fc.assert(
    fc.property(fc.array(anyCode, { maxLength: 12 }), (codes) => {
      const expected = codes.flatMap((one, at) =>
        codes.flatMap((other, otherAt) =>
          at < otherAt && agreeInBand(one, other) && differing(one, other) <= 60
            ? [`${at}-${otherAt}`]
            : [],
        ),
      );
      expect(pairsAmong(Array(codes.length).fill('Of'), codes)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

function agreeInBand(one: Uint8Array, other: Uint8Array): boolean {
  return one.some(
    (byte, at) => at % 2 === 0 && byte === other[at] && one[at + 1] === other[at + 1],
  );
}

function differing(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, byte, at) => {
    const bits = (byte ^ (other[at] as number)).toString(2);
    return sum + bits.replaceAll('0', '').length;
  }, 0);
}
