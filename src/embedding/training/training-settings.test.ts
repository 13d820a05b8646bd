import { describe, expect, it } from 'vitest';
import { BroadsheetError } from '../../errors.js';
import { layoutOf } from './training-layout.js';
import {
  checkSettings,
  DEFAULT_SETTINGS,
  rateAt,
  type TrainingSettings,
} from './training-settings.js';

describe('the settings of a training', () => {
  it.each<[keyof TrainingSettings, number]>([
    ['batch', 100],
    ['temperature', 0.001],
    ['words', 0],
    ['passes', Number.NaN],
    ['rate', -1],
    ['titleShare', 2],
    ['seed', 0.5],
  ])('are refused by name: %s of %s', (name, value) => {
    const settings = { ...DEFAULT_SETTINGS, [name]: value };
    expect(() => checkSettings(settings)).toThrow(new RegExp(`cannot be made so: ${name}: `));
  });

  it('share pairs out to 1 at most', () => {
    const settings = { ...DEFAULT_SETTINGS, titleShare: 0.6, sentenceShare: 0.6 };
    expect(() => checkSettings(settings)).toThrow('more than 1 together');
  });

  it('that would take more memory than can be addressed are refused', () => {
    const size = { rows: 1_400_000, unknownWords: 0, batch: 4_096, heldOut: 4_096, threads: 2 };
    expect(() => layoutOf(size)).toThrow(BroadsheetError);
    expect(() => layoutOf(size)).toThrow(/\d GiB of memory; it can have 4 GiB/);
  });
});

it('steps go farther, step by step, then less and less far', () => {
  const settings = { ...DEFAULT_SETTINGS, rate: 1, warmUpSteps: 10, leastRateShare: 0.01 };
  const rates = Array.from({ length: 100 }, (_, step) => rateAt(step, 100, settings));
  expect(rates[0]).toBeCloseTo(0.1);
  expect(rates[9]).toBeCloseTo(0.91);
  expect(rates[50]).toBeCloseTo(0.5);
  expect(rates[99]).toBeCloseTo(0.01);
  expect(Math.max(...rates)).toBe(rates[9]);
});
