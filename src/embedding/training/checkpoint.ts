/**
 * A training between two steps, as bytes: what it takes to go on as if nothing had been.
 *
 *     magic · length of the header · header (JSON) · rows · first moments · second moments · best
 *
 * The header says what training it is of, and has a checksum of everything behind it.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PassMeasures, TrainingState } from './train-model.js';

/** What a checkpoint is made of, wherever it lies. */
export type Checkpoint = {
  /** Of the training; see `PreparedTraining`. */
  readonly fingerprint: string;
  readonly state: TrainingState;
  readonly rows: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
};

/** Why bytes are no checkpoint of this training, in words. */
export type CheckpointFlaw = { readonly flaw: string; readonly isOther?: true };

const MAGIC = Buffer.from('BSTRAIN1');
const LENGTH_BYTES = 4;
const LONGEST_HEADER = 1_000_000;

type Header = {
  readonly fingerprint: string;
  readonly step: number;
  readonly passes: readonly PassMeasures[];
  readonly hasBest: boolean;
  readonly numbers: number;
  readonly checksum: string;
};

const HEADER: z.ZodType<Header> = z.object({
  fingerprint: z.string(),
  step: z.int().min(0),
  passes: z.array(
    z.object({
      pass: z.int(),
      step: z.int(),
      loss: z.number(),
      found: z.array(
        z.object({
          pairs: z.enum(['title', 'sentence', 'halves']),
          dimensions: z.int(),
          accuracy: z.number(),
          mrr: z.number(),
        }),
      ),
    }),
  ),
  hasBest: z.boolean(),
  numbers: z.int().min(0),
  checksum: z.string(),
});

/** The bytes, one piece behind the other. */
export function checkpointPieces(checkpoint: Checkpoint): readonly Uint8Array[] {
  const { fingerprint, state, rows, firstMoments, secondMoments } = checkpoint;
  const { step, passes, best } = state;
  const pieces = [rows, firstMoments, secondMoments, ...(best ? [best] : [])].map(bytesOf);
  const header: Header = {
    fingerprint,
    step,
    passes,
    hasBest: best !== undefined,
    numbers: rows.length,
    checksum: checksumOf(pieces),
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  return [MAGIC, length, text, ...pieces];
}

/**
 * Reads a checkpoint into the rows and moments of its training, which stay as they are if it is
 * none.
 */
export function readCheckpoint(
  bytes: Uint8Array,
  into: Omit<Checkpoint, 'state'>,
): TrainingState | CheckpointFlaw {
  const header = headerOf(bytes);
  if ('flaw' in header) return header;
  const { fingerprint, step, passes, hasBest, numbers, checksum, end } = header;
  const sections = [into.rows, into.firstMoments, into.secondMoments];
  const sectionBytes = numbers * Float32Array.BYTES_PER_ELEMENT;
  const count = sections.length + (hasBest ? 1 : 0);
  if (bytes.length !== end + count * sectionBytes) return { flaw: 'is cut short or damaged' };
  if (checksumOf([bytes.subarray(end)]) !== checksum) return { flaw: 'is damaged' };
  if (fingerprint !== into.fingerprint || numbers !== into.rows.length) {
    return { flaw: 'is of a training with other papers or settings', isOther: true };
  }
  const section = (at: number) =>
    bytes.subarray(end + at * sectionBytes, end + (at + 1) * sectionBytes);
  for (const [at, target] of sections.entries()) bytesOf(target).set(section(at));
  let best: Float32Array | undefined;
  if (hasBest) {
    best = new Float32Array(numbers);
    bytesOf(best).set(section(sections.length));
  }
  return { step, passes, best };
}

function headerOf(bytes: Uint8Array): (Header & { readonly end: number }) | CheckpointFlaw {
  const start = MAGIC.length + LENGTH_BYTES;
  if (bytes.length < start || !MAGIC.equals(bytes.subarray(0, MAGIC.length))) {
    return { flaw: 'is no checkpoint of a training' };
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const end = start + length;
  if (length > LONGEST_HEADER || end > bytes.length) return { flaw: 'is cut short or damaged' };
  try {
    const json = JSON.parse(Buffer.from(bytes.subarray(start, end)).toString());
    return { ...HEADER.parse(json), end };
  } catch {
    return { flaw: 'is damaged' };
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function checksumOf(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
