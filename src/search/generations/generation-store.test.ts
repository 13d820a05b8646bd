import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builtSegment, contentOf } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { paperCount, type Segment } from '../segments/segment.js';
import { type Generation, type GenerationInput, openGenerations } from './generation-store.js';

const MODEL = { modelId: 'model-1', catalogue: 'a catalogue' };
const EXPECTED = { ...MODEL, maxRevision: 1_000 };
const NOON_MS = Date.UTC(2026, 10, 20, 12);

const someSegment = segmentOf(1, 30);
const otherSegment = segmentOf(31, 45);

function segmentOf(from: number, until: number): Segment {
  const segment = builtSegment(
    Array.from({ length: until - from }, (_, at) =>
      paper(`p${from + at}`, {
        title: `Word${at % 7} and word${at} of räume`,
        abstract: `An abstract of ${at} words. `.repeat(at % 5),
        categories: ['cs.CL', `cs.A${at % 3}`],
        revision: from + at,
      }),
    ),
  );
  return { ...segment, modelId: MODEL.modelId };
}

function inputOf(revision: number, changes: Partial<GenerationInput> = {}): GenerationInput {
  return { ...MODEL, revision, madeAtMs: NOON_MS, segments: [someSegment], ...changes };
}

/** All that a segment says, wherever it lies. */
function everythingIn(segment: Segment): unknown {
  const { forward, ...content } = contentOf(segment);
  const papers = Array.from({ length: paperCount(segment) }, (_, at) => at);
  return { ...content, words: papers.map(segment.wordsOf) };
}

async function newestIn(folder: string, expected = EXPECTED) {
  const found = await openGenerations(folder).newest(expected);
  onTestFinished(() => found.generation?.[Symbol.dispose]());
  return found;
}

function segmentsOf(generation: Generation | undefined): unknown[] | undefined {
  return generation?.segments.map(everythingIn);
}

describe('a generation', () => {
  it('is read as it was written', async () => {
    const folder = join(await temporaryFolder(), 'index');
    const segments = [someSegment, otherSegment];
    const name = await openGenerations(folder).write(inputOf(44, { segments, commit: 'c' }));
    const { generation, refused } = await newestIn(folder);
    expect(refused).toEqual([]);
    expect(generation).toMatchObject({
      ...MODEL,
      name,
      revision: 44,
      commit: 'c',
      papers: 43,
      revisionSum: (44 * 45) / 2 - 30,
      madeAtMs: NOON_MS,
    });
    expect(segmentsOf(generation)).toEqual(segments.map(everythingIn));
  });

  it('may hold no papers, or not even a segment', async () => {
    const folder = await temporaryFolder();
    await openGenerations(folder).write(inputOf(0, { segments: [] }));
    expect((await newestIn(folder)).generation?.segments).toEqual([]);
    const empty = builtSegment([]);
    await openGenerations(folder).write(inputOf(1, { segments: [empty] }));
    expect(segmentsOf((await newestIn(folder)).generation)).toEqual([everythingIn(empty)]);
  });

  it('is written again from what was read, to the same bytes', async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()];
    const name = await openGenerations(one).write(inputOf(30));
    const { generation } = await newestIn(one);
    const segments = generation?.segments ?? [];
    expect(segments[0]?.forward).toBeUndefined();
    expect(await openGenerations(other).write(inputOf(30, { segments }))).toBe(name);
  });

  it('lies in memory that threads share, but for the words of its papers', async () => {
    const folder = await temporaryFolder();
    await openGenerations(folder).write(inputOf(30));
    const segment = (await newestIn(folder)).generation?.segments[0];
    expect(segment?.papers.dates.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(segment?.vectors.values.buffer).toBe(segment?.vectors.memory.buffer);
    expect(segment?.forward).toBeUndefined();
  });

  it('tells the words of its papers in any order', async () => {
    const folder = await temporaryFolder();
    const large = segmentOf(0, 2_000);
    await openGenerations(folder).write(inputOf(1_000, { segments: [large] }));
    const segment = (await newestIn(folder)).generation?.segments[0];
    for (let step = 0; step < 2_000; step += 1) {
      const number = (step * 1_237) % 2_000;
      expect(segment?.wordsOf(number)).toEqual(large.wordsOf(number));
    }
  });
});

describe('of several generations', () => {
  it('the newest is taken, and the older ones go when it is written', async () => {
    const folder = await temporaryFolder();
    const generations = openGenerations(folder);
    await generations.write(inputOf(29));
    await generations.write(inputOf(30, { segments: [otherSegment] }));
    const { generation } = await newestIn(folder);
    expect(generation?.revision).toBe(30);
    expect(segmentsOf(generation)).toEqual([everythingIn(otherSegment)]);
    expect(await readdir(folder)).toEqual([generation?.name]);
  });

  it('one that another process wrote at a later revision stays', async () => {
    const folder = await temporaryFolder();
    const generations = openGenerations(folder);
    const later = await generations.write(inputOf(40));
    await generations.write(inputOf(30));
    expect((await newestIn(folder)).generation?.name).toBe(later);
  });

  it('one of another catalogue or model goes, whatever its revision', async () => {
    const folder = await temporaryFolder();
    const generations = openGenerations(folder);
    await generations.write(inputOf(800, { catalogue: 'another' }));
    await generations.write(inputOf(900, { modelId: 'another' }));
    const name = await generations.write(inputOf(30));
    expect(await readdir(folder)).toEqual([name]);
  });

  it('the last that is wholly of another model stays, to go back to', async () => {
    const folder = await temporaryFolder();
    const generations = openGenerations(folder);
    const renewed = { ...otherSegment, modelId: 'model-2' };
    const ofNext = { modelId: 'model-2' };
    await generations.write(inputOf(29));
    const spare = await generations.write(inputOf(30));
    await generations.write(inputOf(31, { ...ofNext, segments: [someSegment, renewed] }));
    expect(await generations.hasWhole({ ...EXPECTED, ...ofNext })).toBe(false);
    const next = await generations.write(inputOf(32, { ...ofNext, segments: [renewed] }));
    expect((await readdir(folder)).sort()).toEqual([spare, next]);
    expect(await generations.hasWhole(EXPECTED)).toBe(true);
    expect(await generations.hasWhole({ ...EXPECTED, maxRevision: 29 })).toBe(false);
    // Whichever is in use comes first; where it left nothing, any will do.
    expect((await newestIn(folder)).generation?.name).toBe(spare);
    expect((await newestIn(folder, { ...EXPECTED, ...ofNext })).generation?.name).toBe(next);
    const ofNone = await newestIn(folder, { ...EXPECTED, modelId: 'model-3' });
    expect(ofNone.generation?.name).toBe(next);
    expect(ofNone.refused).toEqual([]);
  });

  it('one that is damaged gives way to the one before', async () => {
    const folder = await temporaryFolder();
    const generations = openGenerations(folder);
    const damaged = await generations.write(inputOf(40));
    const before = await generations.write(inputOf(30, { segments: [otherSegment] }));
    await truncate(join(folder, damaged, '0.vectors.values'), 100);
    const { generation, refused } = await newestIn(folder);
    expect(generation?.name).toBe(before);
    expect(segmentsOf(generation)).toEqual([everythingIn(otherSegment)]);
    expect(refused).toMatchObject([{ name: damaged, code: 'size' }]);
    // It is made again at the same revision, and takes its place.
    const mended = await generations.write(inputOf(40, { madeAtMs: NOON_MS + 1 }));
    expect(await readdir(folder)).toEqual([mended]);
  });
});

describe('a generation is refused', () => {
  it.each([
    ['catalogue', { catalogue: 'another' }],
    ['revision', { maxRevision: 29 }],
  ] as const)('that is of another %s', async (code, change) => {
    const folder = await temporaryFolder();
    const name = await openGenerations(folder).write(inputOf(30));
    const { generation, refused } = await newestIn(folder, { ...EXPECTED, ...change });
    expect(generation).toBeUndefined();
    expect(refused).toEqual([{ name, code, reason: expect.stringMatching(/^It.*\.$/) }]);
  });

  it('that lacks a file', async () => {
    const { folder, path, files } = await written();
    for (const file of files) {
      const bytes = await readFile(join(path, file));
      await rm(join(path, file));
      expect(await refusalIn(folder)).toMatchObject({ code: 'missing' });
      await writeFile(join(path, file), bytes);
    }
    expect(await refusalIn(folder)).toBeUndefined();
  });

  it('one of whose files ends too soon or too late', async () => {
    const { folder, path, files } = await written();
    for (const file of files) {
      const bytes = await readFile(join(path, file));
      const [length = 0] = fc.sample(fc.nat(Math.max(bytes.length - 1, 0)), 1);
      if (bytes.length > 0) {
        await truncate(join(path, file), length);
        expect(await refusalIn(folder)).toMatchObject({ code: expect.stringMatching(/size|sum/) });
        await writeFile(join(path, file), bytes);
      }
      await appendFile(join(path, file), '\0');
      expect(await refusalIn(folder)).toMatchObject({ code: expect.stringMatching(/size|sum/) });
      await writeFile(join(path, file), bytes);
    }
    expect(await refusalIn(folder)).toBeUndefined();
  });

  it('that has one wrong bit, wherever it is', async () => {
    const { folder, path, files } = await written();
    for (const file of files) {
      const bytes = await readFile(join(path, file));
      for (let at = 0; at < bytes.length; at += 1_000) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] as number) ^ (1 << ((at / 1_000) % 8));
        await writeFile(join(path, file), flipped);
        expect(await refusalIn(folder), `${file}, ${at}`).toMatchObject({ code: 'checksum' });
      }
      await writeFile(join(path, file), bytes);
    }
    expect(await refusalIn(folder)).toBeUndefined();
  });

  it('whose parts do not fit each other, though each is as it was written', async () => {
    const folder = await temporaryFolder();
    const flags = someSegment.papers.flags.slice(1);
    const unsound = { ...someSegment, papers: { ...someSegment.papers, flags } };
    const vectors = { ...someSegment.vectors, scales: new Float32Array(3) };
    for (const [at, segment] of [unsound, { ...someSegment, vectors }].entries()) {
      await openGenerations(folder).write(inputOf(30 + at, { segments: [segment] }));
      expect(await refusalIn(folder)).toMatchObject({ code: 'content' });
    }
  });

  async function written() {
    const folder = await temporaryFolder();
    const path = join(folder, await openGenerations(folder).write(inputOf(30)));
    return { folder, path, files: await readdir(path) };
  }

  async function refusalIn(folder: string) {
    const { generation, refused } = await openGenerations(folder).newest(EXPECTED);
    generation?.[Symbol.dispose]();
    expect(generation === undefined).toBe(refused.length === 1);
    return refused[0];
  }
});

describe('writing', () => {
  it('that fails for want of room leaves the generation before, and nothing else', async () => {
    const folder = await temporaryFolder();
    const name = await openGenerations(folder).write(inputOf(29));
    const { forward, ...segment } = someSegment;
    const wordsOf = () => {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC', errno: -28 });
    };
    const writing = openGenerations(folder).write(
      inputOf(30, { segments: [{ ...segment, wordsOf }] }),
    );
    await expect(writing).rejects.toMatchObject({ code: 'disk_full' });
    expect(await readdir(folder)).toEqual([name]);
    expect((await newestIn(folder)).generation?.name).toBe(name);
  });

  it('to what cannot be written is refused in words', async () => {
    const folder = join(await temporaryFolder(), 'file');
    await writeFile(folder, 'not a folder');
    await expect(openGenerations(folder).write(inputOf(30))).rejects.toMatchObject({
      code: 'data_not_writable',
      message: expect.stringContaining(folder),
    });
  });

  it('of the same papers may be done twice in one millisecond', async () => {
    const folder = await temporaryFolder();
    const writing = [1, 2, 3].map(() => openGenerations(folder).write(inputOf(30)));
    const [name] = await Promise.all(writing);
    expect(await readdir(folder)).toEqual([name]);
    expect((await newestIn(folder)).generation?.name).toBe(name);
  });

  it('clears away what others left, but nothing that may be in work', async () => {
    const folder = await temporaryFolder();
    const anHourAgo = new Date(Date.now() - 3_600_000);
    for (const name of ['.tmp-left', '.tmp-touched', '.tmp-new']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, '0.vectors.codes'), 'half of it');
    }
    for (const name of ['.tmp-left/0.vectors.codes', '.tmp-left', '.tmp-touched']) {
      await utimes(join(folder, name), anHourAgo, anHourAgo);
    }
    await writeFile(join(folder, 'a note of somebody'), '');
    const name = await openGenerations(folder).write(inputOf(30));
    expect((await readdir(folder)).sort()).toEqual(
      ['.tmp-new', '.tmp-touched', 'a note of somebody', name].sort(),
    );
  });
});

it('reading finds no generation where there is no folder', async () => {
  const folder = join(await temporaryFolder(), 'none');
  expect(await newestIn(folder)).toEqual({ generation: undefined, refused: [] });
});

const WRITERS = 3;
const KILLS = 6;

it(`several processes that write at once, killed ${KILLS} times, leave the newest whole`, async () => {
  const folder = await temporaryFolder();
  await openGenerations(folder).write(inputOf(30));
  const expected = { ...MODEL, maxRevision: Number.MAX_SAFE_INTEGER };
  const content = [everythingIn(someSegment)];
  let acknowledged = 30;

  const writeAndBeKilled = async (writer: number): Promise<void> => {
    for (let kill = writer; kill < KILLS; kill += WRITERS) {
      const script = fileURLToPath(
        new URL('../../../test/support/write-generations.ts', import.meta.url),
      );
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', script, folder, MODEL.modelId, MODEL.catalogue],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      onTestFinished(() => void child.kill('SIGKILL'));
      const exited = once(child, 'exit');
      const lines = createInterface(child.stdout);
      lines.on('line', (line) => {
        acknowledged = Math.max(acknowledged, Number(line));
      });
      await Promise.race([once(lines, 'line'), exited]);
      await wait(kill * 17);
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);

      const before = acknowledged;
      const { generation, refused } = await newestIn(folder, expected);
      expect(refused).toEqual([]);
      expect(generation?.revision).toBeGreaterThanOrEqual(before);
      expect(segmentsOf(generation)).toEqual(content);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeAndBeKilled(writer)));
  expect(acknowledged).toBeGreaterThan(30);
});
