import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashedSigns } from './hashed-signs.js';

const MASK = 2n ** 64n - 1n;

/** As the algorithms are published, in whole numbers of 64 bits. */
function plainSigns(term: string): number[] {
  let state = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(term)) state = ((state ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  const signs: number[] = [];
  for (let number = 0; number < 4; number += 1) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK;
    let bits = state;
    bits = ((bits ^ (bits >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    bits = ((bits ^ (bits >> 27n)) * 0x94d049bb133111ebn) & MASK;
    bits ^= bits >> 31n;
    for (let bit = 0n; bit < 64n; bit += 1n) signs.push((bits >> bit) & 1n ? 1 : -1);
  }
  return signs;
}

it('the signs of any word are those of the published algorithms', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (term) => {
      expect(hashedSigns(term).join()).toBe(plainSigns(term.toWellFormed()).join());
    }),
    { examples: [['längstes'.repeat(200)]] },
  );
});

it('words that differ by a letter have about half of their signs in common', () => {
  const [one, other] = [hashedSigns('corpora'), hashedSigns('corporb')];
  const shared = one.filter((sign, dimension) => sign === other[dimension]).length;
  expect(Math.abs(shared - 128)).toBeLessThan(40);
});

it('signs can be written where there is room already', () => {
  const room = new Int8Array(256);
  expect(hashedSigns('word', room)).toBe(room);
  expect(room).toEqual(hashedSigns('word'));
});
