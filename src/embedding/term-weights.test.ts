import { expect, it } from 'vitest';
import { termWeight } from './term-weights.js';

it('a term counts 1 and the logarithm of how often it is there', () => {
  for (let times = 1; times <= 1_024; times += 1) {
    expect(termWeight(times)).toBe(Math.fround(1 + Math.log(times)));
  }
});

it('a term that is there thousands of times counts no more than with a thousand', () => {
  expect(termWeight(1_000_000)).toBe(termWeight(1_024));
});
