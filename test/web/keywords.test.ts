/** Keywords and the model as readers see them: on the page of a paper, above results, on /about. */

import { describe, expect, it } from 'vitest';
import { DIMENSIONS } from '../../src/embedding/embedder.js';
import type { ModelCard } from '../../src/embedding/model-card.js';
import type { ModelSource } from '../../src/embedding/model-source.js';
import { quantisedModel } from '../../src/embedding/static-model.js';
import { createPlainEngine } from '../../src/search/plain-engine.js';
import { pages } from '../../src/web/pages.js';
import { openCatalogue, record } from '../support/catalogue.js';
import { wholeSite } from '../support/whole-site.js';

const CARD: ModelCard = {
  name: 'trial',
  version: '1.0.0',
  madeAt: '2026-11-20T12:00:00Z',
  licence: 'Apache-2.0',
  dimensions: DIMENSIONS,
  rows: 2,
  data: [{ name: 'old papers', papers: 1_200, terms: 99_000 }],
  settings: {},
  scores: [],
  notes: [],
};

/** Knows that `show` tells nothing. */
function trial(): ModelSource {
  const rows = new Float32Array(3 * DIMENSIONS);
  for (const [row, length] of [0.1, 1, 1].entries()) rows[row * DIMENSIONS] = length;
  const words = ['show', 'proof', 'net'];
  const model = quantisedModel({ name: 'trial', words, rows, unknownScale: 1 });
  return { kind: 'static', model, card: CARD };
}

async function openSite(
  model?: ModelSource,
  outdated = 0,
): Promise<(path: string) => Promise<string>> {
  const { database, papers } = await openCatalogue();
  await papers.add(
    Array.from({ length: 6 }, (_, at) =>
      record({
        title: `Proof nets for logic ${at}`,
        names: [`2611.0000${at}`],
        abstract:
          'We show that proof nets are simple. Proof nets <b>show</b> $\\alpha$ cut elimination.',
      }),
    ),
  );
  const search = createPlainEngine();
  await search.update(await papers.changesSince(0, 100));
  const { services } = await wholeSite({ database, papers, search });
  const site = pages({ ...services, model: () => model, outdated: () => outdated });
  return async (path) => (await site.request(path)).text();
}

/** The keywords of a page, each with the search that it leads to. */
function keywordsOn(page: string): [text: string, search: string][] {
  const line = /<p class="links keywords">(.*?)<\/p>/s.exec(page)?.[1] ?? '';
  return [...line.matchAll(/<a href="\/search\?q=([^"]*)"[^>]*>([^<]*)<\/a>/g)].map(
    ([, address = '', text = '']) => [text, decodeURIComponent(address)],
  );
}

describe('the page of a paper', () => {
  it('names its keywords, each a search for the papers that have it', async () => {
    const get = await openSite(trial());
    const keywords = keywordsOn(await get('/papers/2611.00000'));
    expect(keywords[0]).toEqual(['proof nets', '"proof nets"']);
    expect(keywords.map(([text]) => text)).toContain('cut elimination');
    expect(keywords.map(([text]) => text)).not.toContain('show');
  });

  it('names them without a model, too', async () => {
    const get = await openSite();
    expect(keywordsOn(await get('/papers/2611.00000')).length).toBeGreaterThan(0);
  });
});

describe('the page of a search', () => {
  it('says what the papers are about beside what was asked for, and narrows the search', async () => {
    const get = await openSite(trial());
    const keywords = keywordsOn(await get('/search?q=logic'));
    expect(keywords).toContainEqual(['proof nets', 'logic "proof nets"']);
    expect(keywords.map(([text]) => text)).not.toContain('logic');
    expect(await get('/search?q=logic+%22proof+nets%22')).toContain('<strong>6 papers</strong>');
  });

  it('says nothing of few papers', async () => {
    const get = await openSite(trial());
    expect(keywordsOn(await get('/search?q=%22logic+3%22'))).toEqual([]);
    expect(keywordsOn(await get('/search?q=nothingatall'))).toEqual([]);
  });
});

describe('/about', () => {
  it('names the model and what it was trained on', async () => {
    const get = await openSite(trial());
    const page = await get('/about');
    expect(page).toMatch(/<code>trial-[0-9a-f]{12}<\/code>/);
    expect(page).toContain('trial 1.0.0');
    expect(page).toContain('1,200 papers: old papers');
  });

  it('says how many papers a new model has still to read', async () => {
    const page = await (await openSite(trial(), 1_234))('/about');
    expect(page).toContain('still to read 1,234 papers');
    expect(await (await openSite(trial()))('/about')).not.toContain('still to read');
  });

  it('says who reads what is searched for, and never that nobody does where a service is asked', async () => {
    const alone = await (await openSite(trial()))('/about');
    expect(alone).toContain('what you read or search nowhere');
    const own = trial();
    if (own.kind === 'service') throw new Error('It is our own.');
    const withService = await openSite({ kind: 'service', modelId: 'far-away', own });
    const page = await withService('/about');
    expect(page).not.toContain('what you read or search nowhere');
    expect(page).toContain('What you search for is also sent to the service');
    expect(page).toContain('<code>far-away</code>');
  });

  it('names no model where there is none', async () => {
    expect(await (await openSite())('/about')).not.toContain('The model');
  });
});
