import { isUtf8 } from 'node:buffer';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCatalogue } from '../../../test/support/catalogue.js';
import { describeWithSharedData } from '../../../test/support/shared-data.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { BroadsheetError } from '../../errors.js';
import { cleanLine, type Parsed } from '../../papers/record.js';
import { takeIn } from '../intake.js';
import type { FileInput } from './file-client.js';
import { together } from './parsed.js';
import { type ReadOptions, readPapers } from './read-papers.js';

const row = (title: string) => JSON.stringify({ title, abstract: `About ${title}.` });

const rows = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, at) => `${row(`Paper ${from + at}`)}\n`).join('');

async function* inChunks(bytes: Uint8Array, sizes: readonly number[] = [bytes.length]) {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const asInput = (text: string): FileInput => ({ name: 'in', bytes: inChunks(Buffer.from(text)) });

/** All that could be read, in its batches, and what it ended in. */
async function reading(input: FileInput, format: ReadOptions['format'] = 'auto') {
  const batches: Parsed[] = [];
  let refusal: BroadsheetError | undefined;
  try {
    for await (const batch of readPapers(input, { format })) batches.push(batch);
  } catch (thrown) {
    if (!(thrown instanceof BroadsheetError)) throw thrown;
    refusal = thrown;
  }
  const { papers, problems } = together(batches);
  return { batches, papers, problems, refusal, titles: papers.map(({ title }) => title) };
}

describe('the papers of a file', () => {
  it('come in batches, problems at their place among them', async () => {
    const text = `${rows(0, 300)}oops\n${rows(300, 600)}`;
    const { batches, problems, titles } = await reading(asInput(text));
    expect(titles).toEqual(Array.from({ length: 600 }, (_, at) => `Paper ${at}`));
    expect(batches.map((batch) => batch.papers.length)).toEqual([250, 249, 101]);
    expect(problems).toEqual([{ where: 'in:301', reason: 'The line is not valid JSON.' }]);
    expect(batches[1]?.problems).toEqual(problems);
  });

  it('may begin with broken lines, blank lines and lines that are no text', async () => {
    const bytes = Buffer.concat([Buffer.from('\n\noops\n'), Buffer.from([0xff, 0x0a])]);
    const input = { name: 'in', bytes: inChunks(Buffer.concat([bytes, Buffer.from(rows(0, 1))])) };
    const { problems, titles } = await reading(input);
    expect(titles).toEqual(['Paper 0']);
    expect(problems.map(({ where }) => where)).toEqual(['in:3', 'in:4']);
  });

  it('are refused in a format that is none of ours', async () => {
    for (const text of ['Dear Jane,\nhow are you?\n', 'word\n'.repeat(1_000)]) {
      const { refusal, batches } = await reading(asInput(text));
      expect(batches).toEqual([]);
      expect(refusal?.code).toBe('unknown_format');
      expect(refusal?.message).toBe('"in" is neither JSON Lines nor a saved listing page.');
    }
  });

  it('are not looked for beyond the beginning of a strange file', async () => {
    let chunksRead = 0;
    async function* bytes() {
      for (; chunksRead < 100; chunksRead += 1) yield Buffer.from('word\n'.repeat(100));
    }
    const { refusal } = await reading({ name: 'in', bytes: bytes() });
    expect(refusal?.code).toBe('unknown_format');
    expect(chunksRead).toBeLessThan(5);
  });

  it('are looked for in no file of blank lines', async () => {
    const { refusal } = await reading(asInput('\n \n\r\n'));
    expect(refusal?.code).toBe('unreadable_input');
    expect(refusal?.message).toBe('"in" has only blank lines.');
  });

  it('are read in the format that is asked for', async () => {
    const { titles, problems } = await reading(asInput('A title\nAn abstract.\n'), 'jsonl');
    expect(titles).toEqual([]);
    expect(problems.map(({ where }) => where)).toEqual(['in:1', 'in:2']);
    const abstract = 'An abstract that says a little more than its title does.';
    const asked = await reading(asInput(`A title\n${abstract}\n`), 'listing');
    expect(asked.titles).toEqual(['A title']);
  });

  it('that stand before a break come before it is told', async () => {
    const text = rows(0, 5_000);
    for (const packed of [gzipSync(text), zstdCompressSync(text)]) {
      const bytes = inChunks(packed.subarray(0, packed.length - 20));
      const { batches, titles, refusal } = await reading({ name: 'in', bytes });
      expect(titles.length).toBeGreaterThan(0);
      expect(titles).toEqual(titles.map((_, at) => `Paper ${at}`));
      expect(batches.length).toBe(Math.ceil(titles.length / 250));
      expect(refusal?.message).toContain(`${titles.length} lines could be read`);
    }
  });

  it('that stand around a line of 50 MB are read, in little memory', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    async function* bytes() {
      yield Buffer.from(rows(0, 1));
      for (let megabyte = 0; megabyte < 50; megabyte += 1) {
        yield Buffer.alloc(1_000_000, 'x');
        collectGarbage();
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      }
      yield Buffer.from(`\n${rows(1, 2)}`);
    }
    const { titles, problems } = await reading({ name: 'in', bytes: bytes() });
    expect(titles).toEqual(['Paper 0', 'Paper 1']);
    expect(problems).toEqual([{ where: 'in:2', reason: 'The line is longer than 8 MB.' }]);
    expect(peak).toBeLessThan(20_000_000);
  });
});

describe('of any mixture of lines, in any packing and any pieces', () => {
  const goodLine = fc
    .record({ title: fc.string({ unit: 'grapheme' }), abstract: fc.string({ unit: 'grapheme' }) })
    .map((fields) => Buffer.from(JSON.stringify(fields)));
  const brokenLine = fc
    .oneof(
      fc.constantFrom('{', 'null', '[]', '{"title":1,"abstract":""}', '{"title":"A title"}'),
      fc.string().map((text) => text.replaceAll('\n', '')),
    )
    .map((text) => Buffer.from(text));
  const noText = fc.constant(Buffer.from([0x22, 0xff, 0x22]));
  const anyLine = fc.oneof(
    { weight: 5, arbitrary: goodLine },
    { weight: 2, arbitrary: brokenLine },
    { weight: 1, arbitrary: noText },
  );
  const pack = fc.constantFrom(
    (bytes: Uint8Array) => Buffer.from(bytes),
    (bytes: Uint8Array) => gzipSync(bytes),
    (bytes: Uint8Array) => zstdCompressSync(bytes),
  );

  /** The plainest model: the text split at line feeds, each line parsed on its own. */
  function model(bytes: Buffer): { titles: string[]; places: string[] } {
    const titles: string[] = [];
    const places: string[] = [];
    for (const [at, latin1] of bytes.toString('latin1').split('\n').entries()) {
      const line = Buffer.from(latin1, 'latin1');
      if (!line.toString().trim()) continue;
      const title = isUtf8(line) ? titleIn(line.toString()) : undefined;
      if (title) titles.push(title);
      else places.push(`in:${at + 1}`);
    }
    return { titles, places };
  }

  function titleIn(text: string): string | undefined {
    try {
      const { title, abstract } = JSON.parse(text);
      return typeof abstract === 'string' && typeof title === 'string'
        ? cleanLine(title)
        : undefined;
    } catch {
      return undefined;
    }
  }

  it('the good ones are papers and each broken one is a problem at its line', async () => {
    const lines = fc.array(anyLine, { minLength: 1, maxLength: 30 });
    const lineBreak = fc.constantFrom('\n', '\r\n');
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(lines, lineBreak, pack, sizes, fc.nat(), async (...drawn) => {
        const [some, end, packed, chunkSizes, place] = drawn;
        const bytes = Buffer.concat(some.flatMap((one) => [one, Buffer.from(end)]));
        const middle = place % bytes.length;
        const whole = Buffer.concat([
          packed(bytes.subarray(0, middle)),
          packed(bytes.subarray(middle)),
        ]);
        const input = { name: 'in', bytes: inChunks(whole, chunkSizes) };
        const { titles, problems } = await reading(input, 'jsonl');
        const expected = model(bytes);
        expect(titles).toEqual(expected.titles);
        expect(problems.map(({ where }) => where)).toEqual(expected.places);
      }),
    );
  });
});

describeWithSharedData('the five seed pages', 'seed-pages', (folder) => {
  const pages = () =>
    readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));

  it('hold 55, 104, 227, 71 and 236 papers, 624 titles in all, and no problems', async () => {
    const counts: number[] = [];
    const distinct = new Set<string>();
    for (const path of pages()) {
      const { titles, problems } = await reading({ path });
      counts.push(titles.length);
      for (const title of titles) distinct.add(title);
      expect(problems, basename(path)).toEqual([]);
    }
    expect(counts).toEqual([55, 104, 227, 71, 236]);
    expect(distinct.size).toBe(624);
  });

  it('imported twice are the same 624 papers', async () => {
    const { papers } = await openCatalogue();
    const importAll = async () => {
      const sums = { added: 0, updated: 0, unchanged: 0, problems: 0 };
      for (const path of pages()) {
        const batches = readPapers({ path }, { format: 'auto' });
        const { added, updated, unchanged, problems } = await takeIn(batches, papers);
        sums.added += added;
        sums.updated += updated;
        sums.unchanged += unchanged;
        sums.problems += problems.length;
      }
      return sums;
    };
    // 69 of the 693 stand on more than one page, with the same words.
    expect(await importAll()).toEqual({ added: 624, updated: 0, unchanged: 69, problems: 0 });
    const before = await papers.changesSince(0, 1_000);
    expect(await importAll()).toEqual({ added: 0, updated: 0, unchanged: 693, problems: 0 });
    expect(await papers.changesSince(0, 1_000)).toEqual(before);
  });
});

it('a file on disk is named in its problems', async () => {
  const path = join(await temporaryFolder(), 'papers.jsonl');
  await writeFile(path, `${rows(0, 1)}{}\n`);
  const { problems } = await reading({ path });
  expect(problems).toEqual([{ where: `${path}:2`, reason: 'The field "title" is missing.' }]);
});
