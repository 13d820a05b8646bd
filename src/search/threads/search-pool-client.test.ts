import { afterAll, describe, expect, it } from 'vitest';
import { changes } from '../../../test/support/catalogue-changes.js';
import { paper } from '../../../test/support/papers.js';
import {
  catalogueAt,
  find,
  idsOf,
  openThreads,
  papersFrom,
  UNRULY,
} from '../../../test/support/search-threads.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';

/** As many searches as may wait. */
const MOST_WAITING = 64;

/** So many searches that go on until they are told to end. */
function holdOn(engine: Parameters<typeof find>[0], count: number) {
  const ending = new AbortController();
  const searches = Array.from({ length: count }, () => find(engine, 'hold on', ending.signal));
  return {
    ended: async () => {
      ending.abort(new Error('The reader has gone.'));
      return Promise.allSettled(searches);
    },
  };
}

describe('a search', () => {
  const engine = openThreads({ files: UNRULY }, afterAll);

  it('that nobody waits for ends at once, whether it runs or waits', async () => {
    await engine.update(changes(...papersFrom(1, 3)));
    const held = holdOn(engine, 3);
    const gone = AbortSignal.abort(new Error('Gone before.'));
    await expect(find(engine, 'number1', gone)).rejects.toThrow('Gone before.');
    const endings = await held.ended();
    for (const ending of endings) expect(ending).toMatchObject({ status: 'rejected' });
    // The thread is free again.
    expect(await idsOf(engine, 'number2')).toEqual(['p2']);
  });

  it('is refused when too many wait, and answered when they do not', async () => {
    const held = holdOn(engine, 1 + MOST_WAITING);
    await expect(find(engine, 'number1')).rejects.toMatchObject({
      code: 'search_busy',
      status: 503,
      retryAfterSeconds: 1,
    });
    await held.ended();
    expect(await idsOf(engine, 'number1')).toEqual(['p1']);
  });

  it('that breaks its thread fails, and no other does', async () => {
    const broken = find(engine, 'break down');
    const waiting = Promise.all(['number1', 'number2'].map((text) => idsOf(engine, text)));
    await expect(broken).rejects.toMatchObject({ code: 'internal' });
    expect(await waiting).toEqual([['p1'], ['p2']]);
    // The thread in its place is told of changes, too.
    await engine.update(changes(...papersFrom(4, 4)));
    expect(await idsOf(engine, 'number4')).toEqual(['p4']);
    expect(engine.notes).toEqual(['A search thread was lost.']);
  });

  it('is let go when all threads are to end', async () => {
    const held = Promise.allSettled([find(engine, 'hold on'), find(engine, 'number1')]);
    await engine[Symbol.asyncDispose]();
    for (const ended of await held) {
      expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'not_available' } });
    }
    const closed = { code: 'not_available' };
    await expect(find(engine, 'number1')).rejects.toMatchObject(closed);
    await expect(engine.update(changes(...papersFrom(5, 5)))).rejects.toMatchObject(closed);
  });
});

describe('an index thread that ends', () => {
  it('costs no answer, and the one in its place is told again what is not on disk', async () => {
    const folder = await temporaryFolder();
    const engine = openThreads({ files: UNRULY, folder, catalogue: catalogueAt(9) });
    await engine.update(changes(...papersFrom(1, 3)));
    await engine.save();
    await engine.update(changes(...papersFrom(4, 6)));
    const fatal = paper('bad', { title: 'To break down', revision: 7 });
    await expect(engine.update(changes(fatal))).rejects.toThrow(/index/i);

    // Nobody has noticed; but who goes on from where he was would leave a gap.
    expect(await idsOf(engine, 'number5')).toEqual(['p5']);
    await expect(engine.update(changes(...papersFrom(8, 8)))).rejects.toMatchObject({
      code: 'not_available',
    });
    expect(await engine.revision()).toBe(3);
    await engine.update(changes(...papersFrom(4, 4)));
    expect(await idsOf(engine, 'number5')).toEqual(['p5']);
    expect(engine.size()).toBe(6);
    await engine.update(changes(...papersFrom(5, 8)));
    expect(await idsOf(engine, 'number8')).toEqual(['p8']);
    expect(engine.size()).toBe(8);
  });
});
