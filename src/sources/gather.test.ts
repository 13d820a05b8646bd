import { describe, expect, it } from 'vitest';
import { NOON, openCatalogue, record } from '../../test/support/catalogue.js';
import { BroadsheetError } from '../errors.js';
import type { Parsed } from '../papers/record.js';
import { runGathering, type ValidatorBook } from './gather.js';
import { createGatherStore } from './gather-store.js';

const URL = 'https://rss.arxiv.org/rss/cs.AI';
const PROBLEM = { where: 'item 7', reason: 'Its end is missing.' };

const batch = (...titles: readonly string[]): Parsed => ({
  papers: titles.map((title) => record({ title })),
  problems: [],
});

/** Runs a source; tells what came of it and what the run says of itself. */
async function run(batches: (book: ValidatorBook) => AsyncIterable<Parsed>) {
  const { database, papers } = await openCatalogue();
  const gatherings = createGatherStore(database);
  const progress: number[] = [];
  const outcome = await runGathering({
    source: 'arxiv',
    batches,
    papers,
    gatherings,
    now: () => NOON,
    onBatch: ({ added }) => progress.push(added),
  }).catch((error: unknown) => error);
  return {
    outcome,
    progress,
    stored: await papers.count(),
    latest: await gatherings.latest('arxiv'),
    validators: await gatherings.validatorsOf(URL),
  };
}

describe('a run of a source', () => {
  it('is complete when everything came, and then knows what it has seen', async () => {
    const { outcome, progress, latest, validators } = await run(async function* (book) {
      expect(await book.of(URL)).toEqual({});
      yield batch('One');
      book.learn(URL, { etag: '"a"' });
      yield batch('Two', 'Three');
    });
    expect(outcome).toMatchObject({ added: 3, problems: [] });
    expect(progress).toEqual([1, 3]);
    expect(latest).toMatchObject({ status: 'complete', added: 3, finishedAtMs: NOON.getTime() });
    expect(validators).toEqual({ etag: '"a"' });
  });

  it('is partial when something is missing, and then asks for all of it again', async () => {
    const { outcome, latest, validators } = await run(async function* (book) {
      book.learn(URL, { etag: '"a"' });
      yield { ...batch('One'), problems: [PROBLEM] };
    });
    expect(outcome).toMatchObject({ added: 1, problems: [PROBLEM] });
    expect(latest).toMatchObject({ status: 'partial', problems: [PROBLEM] });
    expect(validators).toEqual({});
  });

  it('is complete when what is missing would be missing again', async () => {
    const broken = { ...PROBLEM, isLasting: true } as const;
    const { outcome, latest, validators } = await run(async function* (book) {
      book.learn(URL, { etag: '"a"' });
      yield { ...batch('One'), problems: [broken] };
    });
    expect(outcome).toMatchObject({ added: 1, problems: [broken] });
    expect(latest).toMatchObject({ status: 'complete', problems: [broken] });
    expect(validators).toEqual({ etag: '"a"' });
  });

  it('is partial when only some of what is missing would be missing again', async () => {
    const { latest, validators } = await run(async function* (book) {
      book.learn(URL, { etag: '"a"' });
      yield { ...batch('One'), problems: [{ ...PROBLEM, isLasting: true }, PROBLEM] };
    });
    expect(latest).toMatchObject({ status: 'partial' });
    expect(validators).toEqual({});
  });

  it('has failed when nothing came', async () => {
    const refusal = new BroadsheetError('source_failed', 'arXiv answered 503.');
    const { outcome, latest } = await run(async function* () {
      if (refusal) throw refusal;
      yield batch();
    });
    expect(outcome).toBe(refusal);
    expect(latest).toMatchObject({
      status: 'failed',
      problems: [{ where: 'arxiv', reason: 'arXiv answered 503.' }],
    });
  });

  it('is partial when the source breaks off, and keeps what came before', async () => {
    const { outcome, stored, latest } = await run(async function* () {
      yield { ...batch('One'), problems: [PROBLEM] };
      throw new BroadsheetError('source_failed', 'arXiv answered 503.');
    });
    const problems = [PROBLEM, { where: 'arxiv', reason: 'arXiv answered 503.' }];
    expect(outcome).toMatchObject({ added: 1, problems });
    expect(stored).toBe(1);
    expect(latest).toMatchObject({ status: 'partial', added: 1, problems });
  });

  it('says that it was stopped, and keeps what came before', async () => {
    const { outcome, stored, latest } = await run(async function* () {
      yield batch('One');
      AbortSignal.abort().throwIfAborted();
    });
    expect(outcome).toMatchObject({ code: 'not_available' });
    expect(stored).toBe(1);
    expect(latest).toMatchObject({ status: 'partial', added: 1 });
  });

  it('does not hide a fault of the program', async () => {
    const fault = new TypeError('undefined is not a paper');
    const { outcome, latest } = await run(async function* () {
      yield batch('One');
      throw fault;
    });
    expect(outcome).toMatchObject({ code: 'internal', cause: fault });
    expect(latest).toMatchObject({ status: 'partial' });
  });
});
