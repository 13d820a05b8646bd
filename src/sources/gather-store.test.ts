import { describe, expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../test/support/databases.js';
import { createGatherStore } from './gather-store.js';
import { NOTHING_TAKEN_IN } from './intake.js';

const SUMMARY = {
  added: 3,
  updated: 2,
  unchanged: 1,
  problems: [{ where: 'item 7', reason: 'It did not come.' }],
};

describeOnEveryDatabase('what gathering remembers', (database) => {
  const open = () => createGatherStore(database());

  describe('a run', () => {
    it('is running until it has ended, and then says how', async () => {
      const gatherings = open();
      expect(await gatherings.latest('arxiv')).toBeUndefined();
      const id = await gatherings.begin('arxiv', 1_000);
      expect(await gatherings.latest('arxiv')).toMatchObject({
        id,
        status: 'running',
        startedAtMs: 1_000,
        finishedAtMs: undefined,
      });
      await gatherings.finish(id, 2_000, 'partial', SUMMARY);
      expect(await gatherings.latest('arxiv')).toEqual({
        id,
        source: 'arxiv',
        startedAtMs: 1_000,
        finishedAtMs: 2_000,
        status: 'partial',
        ...SUMMARY,
      });
    });

    it('that was complete is remembered behind later ones that were not', async () => {
      const gatherings = open();
      const whole = await gatherings.begin('arxiv', 1_000);
      await gatherings.finish(whole, 1_500, 'complete', NOTHING_TAKEN_IN);
      const later = await gatherings.begin('arxiv', 2_000);
      await gatherings.finish(later, 2_500, 'failed', NOTHING_TAKEN_IN);
      await gatherings.begin('another source', 3_000);
      expect((await gatherings.latest('arxiv'))?.id).toBe(later);
      expect((await gatherings.latestComplete('arxiv'))?.id).toBe(whole);
    });
  });

  it('the validators of an address are the last that were kept', async () => {
    const gatherings = open();
    const url = 'https://example.org/feed';
    expect(await gatherings.validatorsOf(url)).toEqual({});
    await gatherings.keepValidators(url, { etag: '"1"', lastModified: 'yesterday' });
    await gatherings.keepValidators(url, { etag: '"2"' });
    expect(await gatherings.validatorsOf(url)).toEqual({ etag: '"2"' });
  });
});
