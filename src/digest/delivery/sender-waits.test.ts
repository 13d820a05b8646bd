import { expect, it } from 'vitest';
import { createSenderWaits, EVERYBODY } from './sender-waits.js';

function waitsAt(startMs: number) {
  let nowMs = startMs;
  const waits = createSenderWaits(() => new Date(nowMs));
  return {
    waits,
    set: (laterMs: number) => {
      nowMs = startMs + laterMs;
    },
  };
}

it('has a domain wait until its time, and no shorter for another wait', () => {
  const { waits, set } = waitsAt(1_000_000);
  waits.begin('a.example', 5_000);
  waits.begin('a.example', 1_000);
  waits.begin('b.example', 2_000);
  expect(waits.domains()).toEqual(['a.example', 'b.example']);
  expect(waits.nextEndMs()).toBe(2_000);
  set(2_000);
  expect(waits.domains()).toEqual(['a.example']);
  set(5_000);
  expect(waits.domains()).toEqual([]);
  expect(waits.nextEndMs()).toBeUndefined();
});

it('has everybody wait, who are no domain', () => {
  const { waits, set } = waitsAt(1_000_000);
  waits.begin(EVERYBODY, 3_000);
  expect(waits.domains()).toEqual([]);
  expect(waits.forAllMs()).toBe(3_000);
  set(3_000);
  expect(waits.forAllMs()).toBe(0);
});

it('forgets a wait when the clock is set back', () => {
  const { waits, set } = waitsAt(1_000_000_000);
  waits.begin('a.example', 5_000);
  waits.begin(EVERYBODY, 5_000);
  set(-7_200_000);
  expect(waits.domains()).toEqual([]);
  expect(waits.forAllMs()).toBe(0);
});
