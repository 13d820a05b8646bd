import { describe, expect, it } from 'vitest';
import { segmentOf } from '../../../test/support/segments.js';
import { createMemory, memoryOf } from './segment-memory.js';

describe('the memory of what was found', () => {
  it('knows what was put, and no more', () => {
    const memory = createMemory<string, number>(100);
    memory.put('a', 1, 10);
    memory.put('a', 2, 10);
    expect(memory.get('a')).toBe(2);
    expect(memory.get('b')).toBeUndefined();
  });

  it('forgets what was not asked for longest when there is no more room', () => {
    const memory = createMemory<string, number>(100);
    for (const key of ['a', 'b', 'c', 'd']) memory.put(key, 1, 25);
    memory.get('a');
    memory.put('e', 1, 20);
    expect(['a', 'b', 'c', 'd', 'e'].filter((key) => memory.get(key))).toEqual([
      'a',
      'c',
      'd',
      'e',
    ]);
  });

  it('does not give most of its room to one value', () => {
    const memory = createMemory<string, number>(100);
    memory.put('a', 1, 20);
    memory.put('b', 1, 26);
    expect(memory.get('a')).toBe(1);
    expect(memory.get('b')).toBeUndefined();
  });

  it('is kept for each large segment', () => {
    const large = segmentOf({
      ids: Array.from({ length: 10_000 }, (_, paper) => `${paper}`),
      lengths: Array.from({ length: 20_000 }, () => 1),
      places: new Map(),
    });
    expect(memoryOf(large)).toBeDefined();
    expect(memoryOf(large)).toBe(memoryOf(large));
    const small = segmentOf({ ids: ['a'], lengths: [1, 1], places: new Map() });
    expect(memoryOf(small)).toBeUndefined();
  });
});
