import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { madeUpCorpus } from '../../../test/support/made-up-field.js';
import { quantisedModel } from '../static-model.js';
import { type Checkpoint, checkpointPieces, readCheckpoint } from './checkpoint.js';
import { momentsIn, type PreparedTraining, prepareTraining } from './prepare-training.js';
import { bestOf, type PassMeasures, trainModel } from './train-model.js';
import { DEFAULT_SETTINGS, FINE_TUNING_SETTINGS } from './training-settings.js';
import { readTrainingKernels } from './training-threads-client.js';

const kernels = await readTrainingKernels();

const SMALL = { ...DEFAULT_SETTINGS, batch: 64, warmUpSteps: 5, passes: 3 };

function prepared(
  settings: Partial<typeof DEFAULT_SETTINGS> = {},
  threads = 1,
  papers = 700,
): PreparedTraining {
  return prepareTraining({
    settings: { ...SMALL, ...settings },
    corpus: madeUpCorpus(papers),
    kernels,
    threads,
  });
}

function titlesFound({ found } = {} as PassMeasures): number {
  const titles = found.find(({ pairs, dimensions }) => pairs === 'title' && dimensions === 256);
  return titles?.accuracy ?? 0;
}

/** Of what it has learnt in the end, which need not be the best that it had. */
function checksum(training: PreparedTraining): string {
  return createHash('sha256').update(momentsIn(training).rows).digest('hex');
}

/** Stops after about so many steps, and gives what was saved as bytes. */
async function stopped(training: PreparedTraining, steps: number): Promise<Buffer> {
  const stopping = new AbortController();
  let saved: Buffer | undefined;
  const { why } = await trainModel(training, {
    signal: stopping.signal,
    onPass: ({ step }) => step >= steps && stopping.abort(),
    save: async (state) => {
      saved = Buffer.concat(checkpointPieces(checkpointOf(training, state)));
    },
  });
  expect(why).toBe('stopped');
  return saved as Buffer;
}

function checkpointOf(training: PreparedTraining, state: Checkpoint['state']): Checkpoint {
  return { fingerprint: training.fingerprint, ...momentsIn(training), state };
}

describe('a training', () => {
  it('learns which words mean the same, from texts alone', async () => {
    const { state, why } = await trainModel(prepared({ passes: 6, rate: 0.001 }));
    expect(why).toBe('all passes made');
    const [first] = state.passes;
    const best = bestOf(state.passes);
    // Of 70 held-out papers, chance finds one in 70.
    expect(titlesFound(best)).toBeGreaterThan(0.5);
    expect(titlesFound(best)).toBeGreaterThan(titlesFound(first));
  });

  it('gives the same model, to the last bit, whoever computes, and another by another seed', async () => {
    const modelOf = async (seed: number, threads: number) => {
      const training = prepared({ passes: 2, seed }, threads);
      await trainModel(training);
      return checksum(training);
    };
    const model = await modelOf(1, 1);
    expect(await modelOf(1, 2)).toBe(model);
    expect(await modelOf(1, 3)).toBe(model);
    expect(await modelOf(2, 1)).not.toBe(model);
  });

  it('goes on after a stop as if nothing had been', async () => {
    const uninterrupted = prepared();
    const whole = await trainModel(uninterrupted);
    const bytes = await stopped(prepared(), 10);
    const training = prepared({}, 2);
    const from = readCheckpoint(bytes, {
      fingerprint: training.fingerprint,
      ...momentsIn(training),
    });
    if ('flaw' in from) throw new Error(from.flaw);
    expect(from.step).toBeGreaterThanOrEqual(10);
    expect(from.step).toBeLessThan(whole.state.step);
    const resumed = await trainModel(training, { from });
    expect(checksum(training)).toBe(checksum(uninterrupted));
    expect(resumed.rows).toEqual(whole.rows);
    expect(resumed.state.passes.map(titlesFound)).toEqual(whole.state.passes.map(titlesFound));
  });

  it('ends when a pass has not made it better, and gives the best', async () => {
    // So fast that it unlearns.
    const { why, state, rows } = await trainModel(prepared({ passes: 30, rate: 1, patience: 1 }));
    expect(why).toBe('no better any more');
    const last = state.passes.at(-1);
    expect(bestOf(state.passes)?.pass).toBe((last?.pass ?? 0) - 1);
    expect(rows).toEqual(state.best);
  });

  it('that goes on from a model knows its words, and becomes better in a new field', async () => {
    const first = prepared({ passes: 2 });
    const { rows } = await trainModel(first);
    const { words, settings } = first;
    const base = quantisedModel({ name: 'base', words, rows, unknownScale: settings.unknownScale });

    const corpus = madeUpCorpus(700, 1);
    const training = prepareTraining({
      settings: { ...SMALL, ...FINE_TUNING_SETTINGS, passes: 8 },
      corpus,
      base,
      kernels,
      threads: 1,
    });
    expect(training.words.slice(0, words.length)).toEqual(words);
    expect(training.words.length).toBeGreaterThan(words.length);
    const { state } = await trainModel(training);
    expect(titlesFound(bestOf(state.passes))).toBeGreaterThan(titlesFound(state.passes[0]));
  });
});

describe('a checkpoint', () => {
  it('is refused in words where it is damaged, cut short, or of another training', async () => {
    const training = prepared({ passes: 2 });
    const bytes = await stopped(training, 1);
    const into = { fingerprint: training.fingerprint, ...momentsIn(training) };
    const flawOf = (some: Uint8Array, target = into) => {
      const read = readCheckpoint(some, target);
      return 'flaw' in read ? read.flaw : undefined;
    };
    expect(flawOf(bytes)).toBeUndefined();
    expect(flawOf(bytes, { ...into, fingerprint: 'other' })).toContain('other papers or settings');
    expect(flawOf(bytes.subarray(0, -1))).toBe('is cut short or damaged');
    expect(flawOf(bytes.subarray(0, 5))).toBe('is no checkpoint of a training');
    for (const at of [0, 9, 20, 200, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 1;
      expect(flawOf(damaged)).toBeDefined();
    }
  });
});
