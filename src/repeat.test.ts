import { expect, it } from 'vitest';
import { repeat } from './repeat.js';

it('does its work at once and after every pause, until it is told to stop', async () => {
  const stopping = new AbortController();
  const pauses: number[] = [];
  let turns = 0;
  await repeat(
    async () => {
      turns += 1;
      if (turns === 3) stopping.abort();
    },
    stopping.signal,
    { everyMs: 50, sleep: async (pauseMs) => void pauses.push(pauseMs), onError: () => {} },
  );
  expect(turns).toBe(3);
  expect(pauses).toEqual([50, 50, 50]);
});

it('goes on after a turn that failed, and says so', async () => {
  const stopping = new AbortController();
  const errors: unknown[] = [];
  let turns = 0;
  await repeat(
    async () => {
      turns += 1;
      if (turns === 1) throw new RangeError('once');
      stopping.abort();
    },
    stopping.signal,
    { everyMs: 1, sleep: async () => {}, onError: (error) => errors.push(error) },
  );
  expect(errors).toEqual([new RangeError('once')]);
  expect(turns).toBe(2);
});

it('ends in the middle of a pause', async () => {
  const stopping = new AbortController();
  const sleeping = new Promise<void>((_, reject) =>
    stopping.signal.addEventListener('abort', () => reject(new Error('stopped'))),
  );
  const repeating = repeat(async () => {}, stopping.signal, {
    everyMs: 1,
    sleep: () => sleeping,
    onError: () => {},
  });
  stopping.abort();
  await expect(repeating).resolves.toBeUndefined();
});
