/** One segment in the files of a generation: a file for each of its arrays. */

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { BroadsheetError } from '../../errors.js';
import { createByteSink } from '../segments/byte-sink.js';
import { writeForwardRow } from '../segments/forward-rows.js';
import { type ForwardFile, paperCount, type Segment } from '../segments/segment.js';
import {
  SECTION_ARRAYS,
  type SectionName,
  type SegmentSections,
  sectionsOf,
  segmentFrom,
} from '../segments/segment-sections.js';
import { sharedNumbers } from '../segments/shared-arrays.js';
import { allocateVectors, CODE_BYTES, DIMENSIONS } from '../vectors/search-vectors.js';
import { wordsInFile } from './forward-file-store.js';
import { piecesOf, readChecked, refusalFrom, writeFileSynced } from './generation-files-store.js';
import type { Refusal, StoredSection, StoredSegment } from './manifest.js';
import { flawIn, risesTo } from './section-flaws.js';

/** Beside the sections of `segment-sections.ts`; the last stays on disk. */
type OtherName =
  | 'vectors.codes'
  | 'vectors.values'
  | 'vectors.scales'
  | 'forward.ends'
  | 'forward.bytes';

/** Files read at once: what one thread can check as fast as it comes. */
const MOST_READ_AT_ONCE = 4;

/** The words of papers are written in pieces of about this size. */
const ROWS_PIECE_BYTES = 1_048_576;

const SECTION_NAMES = Object.keys(SECTION_ARRAYS) as readonly SectionName[];

/** @param number - of the segment among those of the generation */
export async function writeSegment(
  folder: string,
  number: number,
  segment: Segment,
): Promise<StoredSegment> {
  const sections: Record<string, StoredSection> = {};
  const write = async (name: SectionName | OtherName, pieces: Iterable<Uint8Array>) => {
    const file = `${number}.${name}`;
    sections[name] = { file, ...(await writeFileSynced(join(folder, file), pieces)) };
  };

  const { vectors } = segment;
  const arrays = sectionsOf(segment);
  for (const name of SECTION_NAMES) await write(name, piecesOf(arrays[name]));
  await write('vectors.codes', piecesOf(vectors.codes));
  await write('vectors.values', piecesOf(vectors.values));
  await write('vectors.scales', piecesOf(vectors.scales));
  const ends = new Uint32Array(paperCount(segment));
  await write('forward.bytes', rowsOf(segment, ends));
  await write('forward.ends', piecesOf(ends));
  return { papers: paperCount(segment), modelId: segment.modelId, sections };
}

/**
 * Reads what `writeSegment` wrote into shared memory, and checks it. The segment keeps a file
 * open, which is the caller's to close (`forwardFile`).
 */
export async function readSegment(
  folder: string,
  { papers, modelId, sections }: StoredSegment,
): Promise<Segment | Refusal> {
  const bytesOf = (name: SectionName | OtherName): number => sections[name]?.bytes ?? -1;
  const sizes: readonly (readonly [OtherName, number])[] = [
    ['vectors.codes', papers * CODE_BYTES],
    ['vectors.values', papers * DIMENSIONS],
    ['vectors.scales', papers * Float32Array.BYTES_PER_ELEMENT],
    ['forward.ends', papers * Uint32Array.BYTES_PER_ELEMENT],
  ];
  for (const [name, bytes] of sizes) {
    if (bytesOf(name) !== bytes) return unsound(`${name} has ${bytesOf(name)} bytes, not ${bytes}`);
  }
  const arrays: Partial<Record<SectionName, ArrayBufferView>> = {};
  for (const name of SECTION_NAMES) {
    const Section = SECTION_ARRAYS[name];
    const length = bytesOf(name) / Section.prototype.BYTES_PER_ELEMENT;
    if (!Number.isInteger(length) || length < 0) return unsound(`${name} is not whole`);
    arrays[name] = new Section(allocate(bytesOf(name)));
  }
  const vectors = allocateVectors(papers);
  const ends = sharedNumbers(papers);
  const others: Record<OtherName, ArrayBufferView | undefined> = {
    'vectors.codes': vectors.codes,
    'vectors.values': vectors.values,
    'vectors.scales': vectors.scales,
    'forward.ends': ends,
    'forward.bytes': undefined,
  };
  const refusal = await readAllChecked(folder, sections, { ...arrays, ...others });
  if (refusal) return refusal;

  const sound = arrays as SegmentSections;
  const flaw = flawIn(sound, papers);
  if (flaw !== undefined) return unsound(flaw);
  if (!risesTo(ends, bytesOf('forward.bytes'))) return unsound('forward.ends does not fit');
  const fd = openForReading(folder, sections['forward.bytes'] as StoredSection);
  if (typeof fd !== 'number') return fd;
  const forwardFile = { fd, ends };
  return segmentFrom(sound, { vectors, modelId, forwardFile, wordsOf: wordsInFile(forwardFile) });
}

export function closeForwardFile({ fd }: ForwardFile): void {
  closeSync(fd);
}

/** Reads several files at a time; the first refusal ends it. */
async function readAllChecked(
  folder: string,
  sections: StoredSegment['sections'],
  targets: Readonly<Record<string, ArrayBufferView | undefined>>,
): Promise<Refusal | undefined> {
  const names = Object.keys(targets).sort(
    // The largest first, so that none is left alone at the end.
    (a, b) => (sections[b]?.bytes ?? 0) - (sections[a]?.bytes ?? 0),
  );
  let refusal: Refusal | undefined;
  const readOn = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined && !refusal; name = names.shift()) {
      const stored = sections[name];
      const result = stored
        ? await readChecked(folder, stored, targets[name])
        : unsound(`${name} is not among its files`);
      refusal ??= result;
    }
  };
  await Promise.all(Array.from({ length: MOST_READ_AT_ONCE }, readOn));
  return refusal;
}

/** The words of all papers, encoded; fills in where each paper's end. */
function* rowsOf(segment: Segment, ends: Uint32Array): Iterable<Uint8Array> {
  const { forward } = segment;
  if (forward) {
    ends.set(forward.ends);
    yield* piecesOf(forward.bytes);
    return;
  }
  const sink = createByteSink(ROWS_PIECE_BYTES);
  let written = 0;
  for (let paper = 0; paper < ends.length; paper += 1) {
    const words = segment.wordsOf(paper);
    writeForwardRow(sink, words, words.length);
    ends[paper] = written + sink.length;
    if (sink.length < ROWS_PIECE_BYTES && paper + 1 < ends.length) continue;
    yield sink.bytes.subarray(0, sink.length);
    written += sink.length;
    sink.length = 0;
  }
}

function openForReading(folder: string, { file }: StoredSection): number | Refusal {
  try {
    return openSync(join(folder, file), 'r');
  } catch (error) {
    return refusalFrom(error, file);
  }
}

function allocate(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes);
  } catch (cause) {
    throw new BroadsheetError(
      'not_available',
      `There is not enough memory for ${bytes} bytes of the search index.`,
      { fix: 'Give the program more memory.', cause },
    );
  }
}

function unsound(flaw: string): Refusal {
  return { code: 'content', reason: `Its parts do not fit each other: ${flaw}.` };
}
