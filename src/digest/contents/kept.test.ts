import { describe, expect, it } from 'vitest';
import { createFewAtOnce } from './find-new.js';
import { createKept } from './kept.js';

function open() {
  const world = { atMs: 1_000_000, revision: 1, loads: 0, looks: 0 };
  const kept = createKept<string>({
    revision: async () => {
      world.looks += 1;
      return world.revision;
    },
    now: () => new Date(world.atMs),
    keepMs: 15_000,
    most: 2,
  });
  const get = (key: string) =>
    kept.get(key, async () => {
      world.loads += 1;
      return `${key}${world.loads}`;
    });
  return { world, kept, get };
}

describe('what is kept', () => {
  it('is loaded once for all who ask within its time', async () => {
    const { world, get } = open();
    expect(await get('a')).toBe('a1');
    world.atMs += 14_999;
    expect(await get('a')).toBe('a1');
    world.atMs += 1;
    expect(await get('a')).toBe('a2');
  });

  it('is loaded again when something changed, which is looked for once a second', async () => {
    const { world, get } = open();
    await get('a');
    world.revision = 2;
    world.atMs += 999;
    expect(await get('a')).toBe('a1');
    expect(world.looks).toBe(1);
    world.atMs += 1;
    expect(await get('a')).toBe('a2');
    expect(world.looks).toBe(2);
  });

  it('is loaded once for those who ask at the same moment', async () => {
    const { world, get } = open();
    expect(await Promise.all([get('a'), get('a'), get('a')])).toEqual(['a1', 'a1', 'a1']);
    expect(world.loads).toBe(1);
  });

  it('is not believed when the clock was set back', async () => {
    const { world, get } = open();
    await get('a');
    world.atMs -= 60_000;
    expect(await get('a')).toBe('a2');
  });

  it('is only so much, and no failure', async () => {
    const { world, kept, get } = open();
    await expect(kept.get('a', () => Promise.reject(new RangeError('once')))).rejects.toThrow();
    expect(await get('a')).toBe('a1');
    await get('b');
    await get('c');
    expect(await get('a')).toBe('a4');
    expect(world.loads).toBe(4);
  });
});

describe('a few at once', () => {
  it('are at work, the others wait in order, and a failure frees its place', async () => {
    const fewAtOnce = createFewAtOnce(2);
    const begun: number[] = [];
    const ends = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const works = ends.map(({ promise }, at) =>
      fewAtOnce(() => {
        begun.push(at);
        return promise;
      }),
    );
    expect(begun).toEqual([0, 1]);
    ends[1]?.reject(new RangeError('failed'));
    await expect(works[1]).rejects.toThrow('failed');
    expect(begun).toEqual([0, 1, 2]);
    for (const { resolve } of ends) resolve();
    await Promise.allSettled(works);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });
});
