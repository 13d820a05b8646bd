/**
 * A model and its card as the bytes of a file, as `docs/model-file.md` describes them. A file
 * that is read is the one that was written, to the byte: every byte of it is either compared with
 * what must stand there or under a checksum.
 */

import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { DIMENSIONS } from './embedder.js';
import { MODEL_CARD, type ModelCard, modelWord } from './model-card.js';
import { allocateRows, MOST_ROWS } from './model-memory.js';
import { isScale, type TermModel, type TermTokeniser } from './static-model.js';
import { stringTable } from './string-table.js';

export type OpenedModel = { readonly model: TermModel; readonly card: ModelCard };

/** Why some bytes are not a model, as the end of a sentence: `it is cut off`. */
export type ModelFlaw = { readonly flaw: string; readonly isNewer?: boolean };

/** One more whenever an older program could not read what is written, or would misread it. */
const FORMAT = 1;

/** Tells a file that was sent as text, or cut to seven bits, like the first bytes of PNG. */
const MAGIC: Uint8Array = Uint8Array.from('\x89BSM\r\n\x1a\n', (sign) => sign.charCodeAt(0));

/** Where the numbers stand that follow the magic, 32 bits each, the least byte first. */
const FORMAT_AT = 8;
const FILE_BYTES_AT = 12;
const HEADER_BYTES_AT = 16;
const HEADER_CHECKSUM_AT = 20;
const HEADER_AT = 24;

/** A name, and digits of a checksum. */
const LONGEST_ID = 128;

/** A card of any length that people read, and some. */
const MOST_HEADER_BYTES = 1_048_576;

/** {@link MOST_ROWS} rows, and words of 64 letters to them. */
export const MOST_FILE_BYTES: number = MOST_ROWS * (DIMENSIONS + 64);

/** Sections begin at multiples of this, with zeros before them. */
const ALIGNMENT = 64;

/** In the order in which they stand in the file. */
const SECTIONS = ['words', 'starts', 'scales', 'rows'] as const;

type SectionName = (typeof SECTIONS)[number];

const count = z.int().nonnegative();

const section = z.strictObject({
  offset: count,
  bytes: count,
  /** CRC-32, eight hexadecimal digits. */
  checksum: z.string().regex(/^[0-9a-f]{8}$/),
});

const HEADER = z.strictObject({
  id: modelWord(LONGEST_ID),
  tokeniser: z.strictObject({ kind: z.literal('terms'), unknownScale: z.number() }),
  sections: z.strictObject({ words: section, starts: section, scales: section, rows: section }),
  card: MODEL_CARD,
});

type Header = z.infer<typeof HEADER>;

/** @throws RangeError if the card is no card, or that of a model with other rows */
export function modelFileOf(
  { id, tokeniser, rows, scales }: TermModel,
  card: ModelCard,
): Uint8Array {
  if (card.rows !== scales.length) {
    throw new RangeError(`the card is of ${card.rows} rows, the model has ${scales.length}`);
  }
  const { kind, words, unknownScale } = tokeniser;
  const contents: Readonly<Record<SectionName, Uint8Array>> = {
    words: words.bytes,
    starts: bytesOf(words.starts),
    scales: bytesOf(scales),
    rows: bytesOf(rows),
  };
  let end = 0;
  const placed = (name: SectionName): z.infer<typeof section> => {
    const offset = aligned(end);
    end = offset + contents[name].length;
    return { offset, bytes: contents[name].length, checksum: checksumOf(contents[name]) };
  };
  const sections = {
    words: placed('words'),
    starts: placed('starts'),
    scales: placed('scales'),
    rows: placed('rows'),
  };
  const header = writtenHeader({ id, tokeniser: { kind, unknownScale }, sections, card });

  const sectionsAt = aligned(HEADER_AT + header.length);
  const file = new Uint8Array(sectionsAt + end);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint32(FORMAT_AT, FORMAT, true);
  view.setUint32(FILE_BYTES_AT, file.length, true);
  view.setUint32(HEADER_BYTES_AT, header.length, true);
  view.setUint32(HEADER_CHECKSUM_AT, crc32(header), true);
  file.set(header, HEADER_AT);
  for (const name of SECTIONS) file.set(contents[name], sectionsAt + sections[name].offset);
  return file;
}

/** The model in shared memory, with its card; or why there is none in these bytes. */
export function readModel(file: Uint8Array): OpenedModel | ModelFlaw {
  const header = readHeader(file);
  if ('flaw' in header) return header;
  const { id, tokeniser, sections, card } = header;
  const sectionsAt = aligned(HEADER_AT + headerBytesIn(file));
  const contentOf = (name: SectionName): Uint8Array => {
    const from = sectionsAt + sections[name].offset;
    return file.subarray(from, from + sections[name].bytes);
  };
  const flaw = flawInSections(file, sectionsAt, header);
  if (flaw !== undefined) return { flaw };

  const allocated = allocateRows(card.rows);
  bytesOf(allocated.rows).set(contentOf('rows'));
  bytesOf(allocated.scales).set(contentOf('scales'));
  const wordBytes = new Uint8Array(new SharedArrayBuffer(sections.words.bytes));
  wordBytes.set(contentOf('words'));
  const starts = new Uint32Array(new SharedArrayBuffer(sections.starts.bytes));
  bytesOf(starts).set(contentOf('starts'));
  if (!allocated.scales.every(isScale)) return { flaw: 'a row of it has no sound scale' };
  if (!risesTo(starts, wordBytes.length)) return { flaw: 'its words do not fit each other' };
  const words: TermTokeniser = { ...tokeniser, words: stringTable(wordBytes, starts) };
  return { model: { id, tokeniser: words, ...allocated }, card };
}

function writtenHeader(header: Header): Uint8Array {
  const sound = HEADER.safeParse(header);
  if (!sound.success) throw new RangeError(`not a card: ${z.prettifyError(sound.error)}`);
  const written = new TextEncoder().encode(JSON.stringify(header));
  if (written.length > MOST_HEADER_BYTES) throw new RangeError('the card is too long');
  return written;
}

function readHeader(file: Uint8Array): Header | ModelFlaw {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (!MAGIC.every((byte, at) => file[at] === byte)) return { flaw: 'it is another kind of file' };
  if (file.length < HEADER_AT) return { flaw: 'it is cut off' };
  const format = view.getUint32(FORMAT_AT, true);
  if (format > FORMAT) {
    return { flaw: `it is of format ${format}, which a newer version has made`, isNewer: true };
  }
  if (format < FORMAT) return { flaw: `there is no format ${format}` };
  const bytes = view.getUint32(FILE_BYTES_AT, true);
  if (bytes !== file.length) {
    const isCut = file.length < bytes;
    return { flaw: `it has ${file.length} of ${bytes} bytes${isCut ? ': it is cut off' : ''}` };
  }
  const length = headerBytesIn(file);
  if (length > Math.min(MOST_HEADER_BYTES, file.length - HEADER_AT)) {
    return { flaw: 'its header is damaged' };
  }
  const written = file.subarray(HEADER_AT, HEADER_AT + length);
  if (crc32(written) !== view.getUint32(HEADER_CHECKSUM_AT, true)) {
    return { flaw: 'its header is damaged' };
  }
  try {
    const header = HEADER.safeParse(JSON.parse(new TextDecoder().decode(written)));
    if (header.success) return header.data;
    return { flaw: `its header is not sound (${z.prettifyError(header.error)})` };
  } catch {
    return { flaw: 'its header is no JSON' };
  }
}

/** @param file - has as many bytes as a header */
function headerBytesIn(file: Uint8Array): number {
  return new DataView(file.buffer, file.byteOffset).getUint32(HEADER_BYTES_AT, true);
}

/** Where they are, how large, and whether they are what was written. */
function flawInSections(
  file: Uint8Array,
  sectionsAt: number,
  { tokeniser, sections, card }: Header,
): string | undefined {
  if (card.rows > MOST_ROWS) return `it has more than ${MOST_ROWS} rows`;
  if (!isScale(tokeniser.unknownScale)) return 'unknown words have no sound scale';
  const expectedBytes: Readonly<Partial<Record<SectionName, number>>> = {
    starts: (card.rows + 1) * Uint32Array.BYTES_PER_ELEMENT,
    scales: card.rows * Float32Array.BYTES_PER_ELEMENT,
    rows: card.rows * DIMENSIONS,
  };
  let end = HEADER_AT + headerBytesIn(file);
  for (const name of SECTIONS) {
    const { offset, bytes, checksum } = sections[name];
    const from = sectionsAt + offset;
    if (bytes !== (expectedBytes[name] ?? bytes)) return `its ${name} are not as many as its rows`;
    if (from !== aligned(end)) return `its ${name} are not in their place`;
    if (file.subarray(end, from).some((byte) => byte !== 0)) return `its ${name} are damaged`;
    end = from + bytes;
    if (end > file.length) return `its ${name} are cut off`;
    if (checksumOf(file.subarray(from, end)) !== checksum) return `its ${name} are damaged`;
  }
  return end === file.length ? undefined : 'it goes on behind its end';
}

/** Whether numbers rise from 0 to an end; neighbours may be equal. */
function risesTo(numbers: Uint32Array, end: number): boolean {
  let last = 0;
  for (const number of numbers) {
    if (number < last) return false;
    last = number;
  }
  return numbers[0] === 0 && last === end;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function checksumOf(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
