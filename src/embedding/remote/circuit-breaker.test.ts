import { describe, expect, it } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.js';

const LIMITS = { mostFailures: 3, shortestRestMs: 1_000, longestRestMs: 5_000 };

function breaker() {
  let timeMs = 0;
  const said: string[] = [];
  return {
    ...createCircuitBreaker({
      now: () => new Date(timeMs),
      limits: LIMITS,
      onOpen: (reason) => said.push(`down: ${reason}`),
      onClose: () => said.push('up'),
    }),
    said,
    wait: (durationMs: number) => {
      timeMs += durationMs;
    },
  };
}

describe('a service', () => {
  it('is asked on after a failure or two', () => {
    const { mayAsk, failed, succeeded, said } = breaker();
    for (let time = 0; time < 5; time += 1) {
      failed('late');
      failed('late');
      succeeded();
    }
    expect(mayAsk()).toBe(true);
    expect(said).toEqual([]);
  });

  it('is left alone after three in a row, and that is said once', () => {
    const { mayAsk, failed, said } = breaker();
    for (let time = 0; time < 6; time += 1) failed('late');
    expect(mayAsk()).toBe(false);
    expect(said).toEqual(['down: late']);
  });

  it('is left alone after one that somebody has to mend', () => {
    const { mayAsk, failed } = breaker();
    failed('wrong key', true);
    expect(mayAsk()).toBe(false);
  });

  it('is asked by one when the rest is over, and by all when it answers', () => {
    const { mayAsk, failed, succeeded, said, wait } = breaker();
    failed('late', true);
    wait(1_000);
    expect([mayAsk(), mayAsk()]).toEqual([true, false]);
    succeeded();
    expect([mayAsk(), mayAsk()]).toEqual([true, true]);
    expect(said).toEqual(['down: late', 'up']);
  });

  it('rests twice as long each time it fails again, up to a limit', () => {
    const { mayAsk, failed, restsUntilMs, wait } = breaker();
    failed('late', true);
    let nowMs = 0;
    const rests: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      const restMs = restsUntilMs() - nowMs;
      rests.push(restMs);
      wait(restMs);
      nowMs += restMs;
      expect(mayAsk()).toBe(true);
      failed('late');
    }
    expect(rests).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('is asked by another if whoever tried never said how it went', () => {
    const { mayAsk, failed, wait } = breaker();
    failed('late', true);
    wait(1_000);
    expect(mayAsk()).toBe(true);
    wait(1_000);
    expect(mayAsk()).toBe(true);
  });
});
