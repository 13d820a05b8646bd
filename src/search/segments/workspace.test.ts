import { describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.js';

describe('the room of one search', () => {
  it('gives each what no other has, also beyond its first capacity', () => {
    const workspace = createWorkspace();
    const given = Array.from({ length: 40 }, (_, at) => ({
      numbers: workspace.numbers(10_000).fill(at),
      floats: workspace.floats(10_000).fill(at),
    }));
    for (const [at, { numbers, floats }] of given.entries()) {
      expect(numbers).toHaveLength(10_000);
      expect(numbers.every((number) => number === at)).toBe(true);
      expect(floats.every((number) => number === at)).toBe(true);
    }
  });

  it('is free again when it is cleared', () => {
    const workspace = createWorkspace();
    const first = workspace.floats(10);
    workspace.clear();
    expect(workspace.floats(10).byteOffset).toBe(first.byteOffset);
  });
});
