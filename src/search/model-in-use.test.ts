import { describe, expect, it } from 'vitest';
import { smallModel } from '../../test/support/models.js';
import type { ModelChoice } from '../embedding/model-choice-store.js';
import {
  type ModelSource,
  modelIdOf,
  type OwnModelSource,
  ownModelIdOf,
} from '../embedding/model-source.js';
import { createModelInUse } from './model-in-use.js';

const MODELS: Readonly<Record<string, OwnModelSource>> = {
  'built-in': { kind: 'hashed' },
  one: { kind: 'static', model: smallModel(1) },
  two: { kind: 'static', model: smallModel(2) },
};

/** A site on which models are chosen, and what becomes of it. */
function openSite(configured?: string) {
  const used: string[] = [];
  const failed: string[] = [];
  const told: number[] = [];
  let choice: ModelChoice | undefined;
  let outdated = 0;
  let isFailing = false;
  let passedMs = 0;
  const missing = new Set<string>();
  const model = createModelInUse({
    configured,
    builtIn: 'built-in',
    latestChoice: async () => choice,
    openModel: async (place) => {
      const found = missing.has(place) ? undefined : MODELS[place];
      if (!found) throw new Error(`There is no ${place}.`);
      return found;
    },
    now: () => new Date(passedMs),
    onProgress: (progress) => told.push(progress.outdated),
    onFailure: (place) => failed.push(place),
  });
  const engine = {
    async useModel(source: ModelSource) {
      if (isFailing) throw new Error('The index thread was lost.');
      used.push(modelIdOf(source));
    },
    modelProgress: () => ({ modelId: used.at(-1) ?? 'at first', outdated }),
  };
  return {
    used,
    failed,
    told,
    open: async () => modelIdOf(await model.open()),
    follow: () => model.follow(engine),
    choose(place: string) {
      choice = { place, modelId: place, number: (choice?.number ?? 0) + 1 };
    },
    setOutdated(papers: number) {
      outdated = papers;
    },
    setFailing(fails: boolean) {
      isFailing = fails;
    },
    /** Takes the file of a model away, or brings it back. */
    setThere(place: string, isThere: boolean) {
      if (isThere) missing.delete(place);
      else missing.add(place);
    },
    pass(durationMs: number) {
      passedMs += durationMs;
    },
    current: () => model.current(),
  };
}

const idOf = (place: string): string => modelIdOf(MODELS[place] as OwnModelSource);

describe('the model in use', () => {
  it('is the one of the program until another is chosen, and that from the next look on', async () => {
    const site = openSite();
    expect(await site.open()).toBe(idOf('built-in'));
    await site.follow();
    expect(site.used).toEqual([]);
    site.choose('one');
    await site.follow();
    await site.follow();
    expect(site.used).toEqual([idOf('one')]);
    expect(await site.open()).toBe(idOf('one'));
  });

  it('is the one that the settings name, whatever is chosen', async () => {
    const site = openSite('two');
    site.choose('one');
    expect(await site.open()).toBe(idOf('two'));
    await site.follow();
    expect(site.used).toEqual([]);
  });

  it('stays when the chosen one cannot be used, which is said once for each choice', async () => {
    const site = openSite();
    await site.open();
    site.choose('nothing');
    await site.follow();
    await site.follow();
    expect(site.failed).toEqual(['nothing']);
    site.choose('nothing');
    await site.follow();
    expect(site.failed).toEqual(['nothing', 'nothing']);
    site.choose('one');
    await site.follow();
    expect(site.used).toEqual([idOf('one')]);
  });

  it('is tried again, ever less often, when the search could not take it', async () => {
    const site = openSite();
    await site.open();
    site.choose('one');
    site.setFailing(true);
    // Whoever follows goes on to what else has changed.
    await site.follow();
    site.pass(1_000);
    await site.follow();
    expect(site.failed).toEqual(['one']);
    expect(site.current()).toEqual(MODELS['built-in']);
    site.setFailing(false);
    site.pass(1_999);
    await site.follow();
    expect(site.used).toEqual([]);
    site.pass(1);
    await site.follow();
    expect(site.used).toEqual([idOf('one')]);
    expect(site.current()).toBe(MODELS.one);
  });

  it('is at the start that of the program when the chosen one has gone, until it is back', async () => {
    const site = openSite();
    site.choose('one');
    site.setThere('one', false);
    expect(await site.open()).toBe(idOf('built-in'));
    expect(site.failed).toEqual(['one']);
    site.pass(1_000);
    await site.follow();
    expect(site.used).toEqual([]);
    site.setThere('one', true);
    site.pass(2_000);
    await site.follow();
    expect(site.used).toEqual([idOf('one')]);
    expect(site.failed).toEqual(['one']);
  });

  it('is never another than the settings name', async () => {
    const site = openSite('two');
    site.setThere('two', false);
    await expect(site.open()).rejects.toThrow('There is no two.');
  });

  it('beside a service is another as soon as our own is', async () => {
    const used: string[] = [];
    let place = 'built-in';
    const model = createModelInUse({
      builtIn: 'built-in',
      latestChoice: async () => ({ place, modelId: place, number: 1 }),
      openModel: async (named) => {
        const own = MODELS[named] as OwnModelSource;
        return { kind: 'service', modelId: 'service-1', own };
      },
      now: () => new Date(0),
      onProgress: () => {},
      onFailure: () => {},
    });
    await model.open();
    place = 'one';
    await model.follow({
      useModel: async (source) => {
        used.push(ownModelIdOf(source));
      },
      modelProgress: () => ({ modelId: 'service-1', outdated: 0 }),
    });
    expect(used).toEqual([idOf('one')]);
  });

  it('tells how far it has come: at the start, at each quarter and at the end', async () => {
    const site = openSite();
    await site.open();
    for (const outdated of [0, 0, 100, 99, 75, 60, 40, 10, 5, 0, 0, 8, 5, 0]) {
      site.setOutdated(outdated);
      await site.follow();
    }
    expect(site.told).toEqual([0, 100, 75, 40, 10, 0, 8, 5, 0]);
  });
});
