import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { BroadsheetError } from '../../errors.js';
import { type FileInput, readLines, toFileInput } from './file-client.js';

const PACKINGS = {
  plain: (bytes: Uint8Array) => Buffer.from(bytes),
  gzip: (bytes: Uint8Array) => gzipSync(bytes),
  zstd: (bytes: Uint8Array) => zstdCompressSync(bytes),
};

/** Lines that do not shrink to nothing, so that packed files have a middle to break in. */
function longText(lines: number): string {
  let state = 1;
  const word = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state.toString(36);
  };
  return Array.from({ length: lines }, () => `${word()} ${word()} ${word()}\n`).join('');
}

async function fileOf(bytes: string | Uint8Array, name = 'papers.txt'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

/** What could be read, and what it ended in. */
async function reading(
  input: FileInput,
): Promise<{ texts: string[]; refusal: BroadsheetError | undefined }> {
  const texts: string[] = [];
  try {
    for await (const lines of readLines(input)) {
      for (const line of lines) texts.push('text' in line ? line.text : line.reason);
    }
  } catch (thrown) {
    if (!(thrown instanceof BroadsheetError)) throw thrown;
    return { texts, refusal: thrown };
  }
  return { texts, refusal: undefined };
}

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** The bytes from somewhere that wants to be closed. */
async function* closing(bytes: Uint8Array, close: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* inChunks(bytes, 50_000);
  } finally {
    close();
  }
}

describe('a file', () => {
  it.each(Object.entries(PACKINGS))('is read, whatever its name says: %s', async (_, pack) => {
    const path = await fileOf(pack(Buffer.from('one\ntwo\n')), 'papers.pdf');
    expect(await reading({ path })).toEqual({ texts: ['one', 'two'], refusal: undefined });
  });

  it.each(Object.entries(PACKINGS))('may be several joined: %s', async (_, pack) => {
    const parts = ['one\ntw', 'o\n', '', longText(20_000), 'last'];
    const path = await fileOf(Buffer.concat(parts.map((part) => pack(Buffer.from(part)))));
    const { texts, refusal } = await reading({ path });
    expect(refusal).toBeUndefined();
    expect(texts.join('\n')).toBe(parts.join(''));
  });

  it('may be packed in parallel, which puts skippable frames between the others', async () => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9]);
    const one = zstdCompressSync('one\n');
    const two = zstdCompressSync('two\n');
    const path = await fileOf(Buffer.concat([skippable, one, skippable, two]));
    expect((await reading({ path })).texts).toEqual(['one', 'two']);
  });

  it('may need the window of zstd --long=27', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 };
    const text = longText(20_000);
    const path = await fileOf(zstdCompressSync(text, { params }));
    expect((await reading({ path })).texts.join('\n')).toBe(text.trimEnd());
  });

  it('reports how much of it, as it lies there, has been read', async () => {
    const packed = gzipSync(longText(30_000));
    const path = await fileOf(packed);
    const reports: [number, number | undefined][] = [];
    for await (const _ of readLines({ path }, (...report) => reports.push(report)));
    expect(reports.length).toBeGreaterThan(1);
    expect(reports.map(([bytesRead]) => bytesRead)).toEqual(
      reports.map(([bytesRead]) => bytesRead).toSorted((one, other) => one - other),
    );
    expect(reports.at(-1)).toEqual([packed.length, packed.length]);
  });

  it.each(Object.entries(PACKINGS))('is closed when left in the middle: %s', async (_, pack) => {
    const isClosed = vi.fn();
    const bytes = closing(pack(Buffer.from(longText(100_000))), isClosed);
    for await (const lines of readLines({ name: '-', bytes })) {
      expect(lines[0]?.number).toBe(1);
      // Meanwhile a decoder fills what it may and waits to be read.
      await setTimeout(50);
      break;
    }
    await vi.waitFor(() => expect(isClosed).toHaveBeenCalledOnce());
  });

  it('is closed when it is refused', async () => {
    const isClosed = vi.fn();
    await reading({ name: '-', bytes: closing(Buffer.from('PK\x03\x04zipped'), isClosed) });
    expect(isClosed).toHaveBeenCalledOnce();
  });
});

describe('standard input', () => {
  it('is what a hyphen means', () => {
    const standardInput = inChunks(Buffer.from('one'), 1);
    expect(toFileInput('-', standardInput)).toEqual({ name: '-', bytes: standardInput });
    expect(toFileInput('papers.jsonl', standardInput)).toEqual({ path: 'papers.jsonl' });
  });

  it('is unpacked too, however its bytes come, and has no known size', async () => {
    for (const pack of Object.values(PACKINGS)) {
      for (const chunkBytes of [1, 7, 1_000]) {
        const reports: unknown[] = [];
        const bytes = inChunks(pack(Buffer.from('one\ntwo\n')), chunkBytes);
        const texts: unknown[] = [];
        const report = (_: number, totalBytes: number | undefined) => reports.push(totalBytes);
        for await (const lines of readLines({ name: '-', bytes }, report)) texts.push(...lines);
        expect(texts).toEqual([
          { number: 1, text: 'one' },
          { number: 2, text: 'two' },
        ]);
        expect(new Set(reports)).toEqual(new Set([undefined]));
      }
    }
  });

  it('that fails is refused in words', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one\ntwo\n');
      throw Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'read' });
    }
    const { texts, refusal } = await reading({ name: '-', bytes: failing() });
    expect(texts).toEqual(['one', 'two']);
    expect(refusal?.message).toBe('"-" could not be read (EIO).');
  });
});

describe('what cannot be read is refused by name:', () => {
  const refusalOf = async (path: string) => {
    const { refusal } = await reading({ path });
    expect(refusal?.code).toBe('unreadable_input');
    return refusal?.message.replace(path, 'PATH');
  };

  it('a file that is not there', async () => {
    const path = join(await temporaryFolder(), 'nothing.jsonl');
    expect(await refusalOf(path)).toBe('There is no file "PATH".');
    const below = join(await fileOf('one'), 'below');
    expect(await refusalOf(below)).toBe('There is no file "PATH".');
  });

  it('a folder', async () => {
    const path = join(await temporaryFolder(), 'folder');
    await mkdir(path);
    expect(await refusalOf(path)).toBe('"PATH" is a folder, not a file.');
  });

  const isRoot = getuid?.() === 0;
  if (isRoot) console.info('Skipped: "a file that may not be read", since root may read all.');
  it.skipIf(isRoot)('a file that may not be read', async () => {
    const path = join(await temporaryFolder(), 'secret.jsonl');
    await writeFile(path, 'one', { mode: 0o200 });
    expect(await refusalOf(path)).toBe('"PATH" may not be read: the permission is missing.');
  });

  it.each(Object.entries(PACKINGS))('an empty file: %s', async (_, pack) => {
    expect(await refusalOf(await fileOf(pack(Buffer.alloc(0))))).toBe('"PATH" is empty.');
  });

  it('UTF-16, packed or not', async () => {
    const message = '"PATH" is written in UTF-16; only UTF-8 is read.';
    const text = Buffer.from('\ufeff{"title": "…"}', 'utf16le');
    expect(await refusalOf(await fileOf(text))).toBe(message);
    expect(await refusalOf(await fileOf(gzipSync(text)))).toBe(message);
    expect(await refusalOf(await fileOf(Buffer.from(text).swap16()))).toBe(message);
  });

  it.each([
    ['zip', [0x50, 0x4b, 3, 4, 20, 0]],
    ['bzip2', [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41]],
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ])('a packing that we do not know: %s', async (packing, bytes) => {
    const path = await fileOf(Buffer.from(bytes));
    expect(await refusalOf(path)).toBe(`"PATH" is packed with ${packing}.`);
  });

  it('Zstandard with a window that is too large', async () => {
    // A frame header (RFC 8878, section 3.1.1.1): window of 2^31 bytes, then an empty block.
    const path = await fileOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 1, 0, 0]));
    expect(await refusalOf(path)).toBe('"PATH" needs more than 128 MiB of memory to unpack.');
  });

  it('a damaged file', async () => {
    const packed = gzipSync(longText(1_000));
    packed.fill(0xff, packed.length - 8, packed.length - 4);
    const message = await refusalOf(await fileOf(packed));
    expect(message).toMatch(/^"PATH" is cut short or damaged; \d+ lines could be read\.$/);
  });
});

describe('a file that breaks off', () => {
  const text = longText(20_000);
  const all = text.split('\n');

  it.each([
    ['gzip', gzipSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['joined gzip', Buffer.concat([gzipSync('one\n'), gzipSync(text)])],
    ['joined zstd', Buffer.concat([zstdCompressSync('one\n'), zstdCompressSync(text)])],
  ])('is refused after the lines before have come: %s', async (kind, packed) => {
    const { texts, refusal } = await reading({
      path: await fileOf(packed.subarray(0, Math.floor(packed.length * 0.7))),
    });
    const expected = kind.startsWith('joined') ? ['one', ...all] : all;
    expect(texts.length).toBeGreaterThan(all.length / 2);
    expect(texts).toEqual(expected.slice(0, texts.length));
    expect(refusal?.code).toBe('unreadable_input');
    expect(refusal?.message).toContain(`${texts.length} lines could be read`);
  });

  it.each([
    [
      'gzip',
      gzipSync(text),
      (part: Buffer) => gunzipSync(part, { finishFlush: constants.Z_SYNC_FLUSH }),
    ],
    [
      'zstd',
      zstdCompressSync(text),
      (part: Buffer) => zstdDecompressSync(part, { finishFlush: constants.ZSTD_e_continue }),
    ],
  ])(
    'gives every line that can be unpacked, to a slow reader too: %s',
    async (_, packed, unpack) => {
      const part = packed.subarray(0, Math.floor(packed.length * 0.7));
      const texts: string[] = [];
      const readSlowly = async () => {
        for await (const lines of readLines({ name: '-', bytes: inChunks(part, part.length) })) {
          texts.push(...lines.map((line) => ('text' in line ? line.text : line.reason)));
          await setTimeout(10);
        }
      };
      await expect(readSlowly()).rejects.toMatchObject({ code: 'unreadable_input' });
      expect(texts).toEqual(unpack(part).toString().split('\n').slice(0, -1));
    },
  );

  it('is refused wherever it breaks', async () => {
    const packings = fc.constantFrom(PACKINGS.gzip, PACKINGS.zstd);
    await fc.assert(
      fc.asyncProperty(packings, fc.boolean(), fc.nat(), async (pack, isJoined, place) => {
        const whole = pack(Buffer.from('one\ntwo\nthree\n'));
        // Fewer bytes than the magic number are no packed file yet.
        const part = whole.subarray(0, 4 + (place % (whole.length - 4)));
        const bytes = inChunks(isJoined ? Buffer.concat([whole, part]) : part, 10);
        const { texts, refusal } = await reading({ name: 'papers.gz', bytes });
        expect(refusal?.message).toContain('"papers.gz" is cut short or damaged');
        expect(texts.slice(0, 3)).toEqual(['one', 'two', 'three'].slice(0, texts.length));
        if (isJoined) expect(texts.length).toBeGreaterThanOrEqual(3);
      }),
    );
  });
});
