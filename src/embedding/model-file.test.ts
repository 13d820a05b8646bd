import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardOf, modelOf } from '../../test/support/static-models.js';
import { modelFileOf, type OpenedModel, readModel } from './model-file.js';
import { createStaticEmbedder } from './static-embedder.js';
import type { TermModel } from './static-model.js';

const MODEL = modelOf(['speech', 'translat', '学']);
const CARD = cardOf(MODEL);
const FILE = modelFileOf(MODEL, CARD);

/** What is wrong with some bytes, or nothing. */
const flawIn = (bytes: Uint8Array) => {
  const read = readModel(bytes);
  return 'flaw' in read ? read.flaw : undefined;
};

const flawWith = (changes: Partial<TermModel>) =>
  flawIn(modelFileOf({ ...MODEL, ...changes }, CARD));

describe('the file of a model', () => {
  it('is read as it was written, and gives the same vectors', () => {
    const { model, card } = readModel(FILE) as OpenedModel;
    expect(card).toEqual(CARD);
    const { memory: _, ...data } = MODEL;
    expect(model).toMatchObject(data);
    const text = 'Translating speech by 学 and zyzzyva';
    expect(createStaticEmbedder(model).embed(text)).toEqual(
      createStaticEmbedder(MODEL).embed(text),
    );
  });

  it('is laid out as docs/model-file.md says', () => {
    const view = new DataView(FILE.buffer);
    const numberAt = (at: number) => view.getUint32(at, true);
    expect(Buffer.from(FILE.subarray(0, 8)).toString('hex')).toBe('8942534d0d0a1a0a');
    expect([numberAt(8), numberAt(12)]).toEqual([1, FILE.length]);
    const headerEnd = 24 + numberAt(16);
    const header = FILE.subarray(24, headerEnd);
    expect(numberAt(20)).toBe(crc32(header));
    const { id, tokeniser, sections, card } = JSON.parse(Buffer.from(header).toString());
    const sectionAt = (name: string) => {
      const from = Math.ceil(headerEnd / 64) * 64 + sections[name].offset;
      expect(from % 64).toBe(0);
      const bytes = FILE.slice(from, from + sections[name].bytes);
      expect(crc32(bytes)).toBe(Number.parseInt(sections[name].checksum, 16));
      return bytes;
    };
    const [words, starts, scales, rows] = ['words', 'starts', 'scales', 'rows'].map(sectionAt) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const hash = createHash('sha256').update(`["terms",${tokeniser.unknownScale}]`);
    for (const bytes of [words, starts, scales, rows]) hash.update(bytes);
    expect(id).toBe(`${card.name}-${hash.digest('hex').slice(0, 12)}`);

    expect(new Uint32Array(starts.buffer)).toEqual(MODEL.tokeniser.words.starts);
    expect(new Float32Array(scales.buffer)).toEqual(MODEL.scales);
    expect(new Int8Array(rows.buffer)).toEqual(MODEL.rows);
    const [, from, until] = new Uint32Array(starts.buffer);
    expect(Buffer.from(words.subarray(from, until)).toString()).toBe('translat');
  });

  it('is read from any place among other bytes', () => {
    const around = new Uint8Array(FILE.length + 7);
    around.set(FILE, 3);
    expect(readModel(around.subarray(3, 3 + FILE.length))).toMatchObject({ card: CARD });
  });

  it('may have no rows at all', () => {
    const empty = modelOf([]);
    expect(readModel(modelFileOf(empty, cardOf(empty)))).toMatchObject({ card: { rows: 0 } });
  });

  it('is the same to the byte in every version that reads the same format', () => {
    const hash = createHash('sha256').update(FILE).digest('hex').slice(0, 16);
    // Where this fails on purpose, raise the format, and say in the guide what changed.
    expect([FILE[8], hash]).toEqual([1, '0ca9621da6c170de']);
  });
});

/** The file with another header and more bytes behind its end, and checksums that go with them. */
function fileWith({ change = (header: string) => header, behind = 0 }): Uint8Array {
  const headerEnd = 24 + new DataView(FILE.buffer).getUint32(16, true);
  const header = Buffer.from(change(Buffer.from(FILE.subarray(24, headerEnd)).toString()));
  const sectionsAt = Math.ceil((24 + header.length) / 64) * 64;
  const sections = FILE.subarray(Math.ceil(headerEnd / 64) * 64);
  const file = new Uint8Array(sectionsAt + sections.length + behind);
  file.set(FILE.subarray(0, 24));
  file.set(header, 24);
  file.set(sections, sectionsAt);
  const view = new DataView(file.buffer);
  view.setUint32(12, file.length, true);
  view.setUint32(16, header.length, true);
  view.setUint32(20, crc32(header), true);
  return file;
}

describe('a file that is no model, or not that model', () => {
  it('with any bit flipped is refused', () => {
    fc.assert(
      fc.property(fc.nat(FILE.length - 1), fc.nat(7), (at, bit) => {
        const damaged = FILE.slice();
        damaged[at] = (damaged[at] as number) ^ (1 << bit);
        expect(flawIn(damaged)).toBeTypeOf('string');
      }),
      { numRuns: 2_000 },
    );
  });

  it('cut off anywhere is refused', () => {
    for (let length = 0; length < FILE.length; length += 1) {
      expect(flawIn(FILE.subarray(0, length))).toBeTypeOf('string');
    }
  });

  it('with something behind its end is refused', () => {
    expect(flawIn(Buffer.concat([FILE, new Uint8Array(1)]))).toContain('bytes');
  });

  it('made of anything is refused', () => {
    const start = fc.nat(100).map((length) => FILE.subarray(0, length));
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 2_000 }), (beginning, rest) => {
        expect(flawIn(Buffer.concat([beginning, rest]))).toBeTypeOf('string');
      }),
    );
    expect(flawIn(Buffer.from('{"a": "tokenizer"}'.repeat(20)))).toBe('it is another kind of file');
  });

  it('of a newer format is told from a damaged one', () => {
    const newer = FILE.slice();
    newer[8] = 2;
    expect(readModel(newer)).toMatchObject({ flaw: expect.stringContaining('2'), isNewer: true });
  });

  it('whose checksums are right is still refused where its parts are not sound', () => {
    const { tokeniser } = MODEL;
    const { words } = tokeniser;
    const withStarts = (...starts: number[]) =>
      flawWith({
        tokeniser: { ...tokeniser, words: { ...words, starts: Uint32Array.from(starts) } },
      });
    expect(withStarts(0, 6, 5, 17)).toContain('words');
    expect(withStarts(1, 6, 14, 17)).toContain('words');
    expect(withStarts(0, 6, 14, 16)).toContain('words');
    expect(withStarts(0, 17)).toContain('starts');
    expect(withStarts(0, 6, 14, 17)).toBeUndefined();
    for (const scale of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(flawWith({ scales: Float32Array.of(1, scale, 1) })).toContain('scale');
    }
    expect(flawWith({ rows: new Int8Array(512) })).toContain('rows');
    expect(flawWith({ tokeniser: { ...tokeniser, unknownScale: -1 } })).toContain('scale');
  });
});

it('a header is refused that says what is not so, or too much, whatever its checksum', () => {
  const flawOf = (change: (header: string) => string) => flawIn(fileWith({ change }));
  expect(flawOf((header) => header.replace('{', '{ '))).toBeUndefined();
  expect(flawOf((header) => header.replace('{', `{${' '.repeat(1_048_576)}`))).toContain('header');
  expect(flawOf((header) => header.slice(1))).toContain('no JSON');
  expect(flawOf((header) => header.replace('"offset":64', '"offset":128'))).toContain('place');
  expect(flawOf((header) => header.replace('"kind":"terms"', '"kind":"pieces"'))).toContain('kind');
  for (const id of ['../../tmp', '<b>', '\\u001b[2J', '']) {
    expect(flawOf((header) => header.replace(/"id":"[^"]*"/, `"id":"${id}"`))).toContain('id');
  }
  expect(flawIn(fileWith({ behind: 1 }))).toContain('behind its end');
});

it('a model is not written with the card of another, or none', () => {
  expect(() => modelFileOf(MODEL, { ...CARD, rows: 4 })).toThrow('4 rows');
  expect(() => modelFileOf(MODEL, { ...CARD, madeAt: 'yesterday' })).toThrow('madeAt');
  const notes = Array.from({ length: 256 }, () => 'é'.repeat(4_096));
  expect(() => modelFileOf(MODEL, { ...CARD, notes })).toThrow('too long');
});
