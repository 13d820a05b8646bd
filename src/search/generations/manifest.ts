/**
 * A generation is a search index on disk: a folder with one file for each array of each segment,
 * and a manifest that says what they are. The name of the folder holds a hash of the manifest,
 * and the manifest a checksum of every file, so that a generation that opens is the one that was
 * written, to the byte.
 *
 * An index can always be made again from the catalogue, so nothing here is repaired: what is not
 * sound, or belongs to something else, is refused with a reason.
 */

import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * The layout of the arrays, and how a paper becomes what stands in them: which words are one
 * term, which labels it has, what a place in a field is worth at most. One more whenever either
 * changes, or an index of yesterday would be asked in the words of today. `format.test.ts` notices
 * most such changes.
 */
export const FORMAT = 2;

export const MANIFEST_FILE = 'manifest.json';

const count = z.int().nonnegative();

const storedSection = z.strictObject({
  file: z.string().regex(/^[0-9]+\.[A-Za-z.]+$/),
  bytes: count,
  /** CRC-32, eight hexadecimal digits. */
  checksum: z.string().regex(/^[0-9a-f]{8}$/),
});

const storedSegment = z.strictObject({
  papers: count,
  /** The model that made its vectors. */
  modelId: z.string(),
  /** By name, as `segment-sections.ts` has them, with the vectors and the words of each paper. */
  sections: z.record(z.string(), storedSection),
});

const manifest = z.strictObject({
  format: z.literal(FORMAT),
  /** The model that was in use; segments that it has not come to yet have vectors of others. */
  modelId: z.string(),
  /** The identity of the catalogue, and the revision up to which everything is in the index. */
  catalogue: z.string(),
  revision: count,
  /** The commit that made the revision (`PaperReader.commitAt`). */
  commit: z.string().optional(),
  /** How many papers there are, and the sum of their revisions (`PaperReader.census`). */
  papers: count,
  revisionSum: count,
  madeAtMs: count,
  segments: z.array(storedSegment),
});

export type StoredSection = {
  readonly file: string;
  readonly bytes: number;
  readonly checksum: string;
};
export type StoredSegment = {
  readonly papers: number;
  readonly modelId: string;
  readonly sections: Readonly<Record<string, StoredSection>>;
};
export type Manifest = {
  readonly modelId: string;
  readonly catalogue: string;
  readonly revision: number;
  readonly commit?: string | undefined;
  readonly papers: number;
  readonly revisionSum: number;
  readonly madeAtMs: number;
  readonly segments: readonly StoredSegment[];
};

/** What a generation must be made from to be of use. */
export type ExpectedGeneration = {
  /** The model in use: generations of it come before those of others. */
  readonly modelId: string;
  /** The identity of the catalogue. */
  readonly catalogue: string;
  /** The revision of the catalogue: an index cannot know more. */
  readonly maxRevision: number;
};

/** Why a generation is not used. */
export type Refusal = {
  readonly code:
    | 'format'
    | 'catalogue'
    | 'revision'
    | 'missing'
    | 'unreadable'
    | 'size'
    | 'checksum'
    | 'content';
  /** A sentence for people. */
  readonly reason: string;
};

const NAME = /^generation-([0-9]{16})-([0-9]{13,16})-([0-9a-f]{16})$/;

/** The text of the manifest, and the name of the folder that it is for. */
export function writtenManifest(made: Manifest): { readonly name: string; readonly text: string } {
  const text = JSON.stringify({ format: FORMAT, ...made });
  const revision = String(made.revision).padStart(16, '0');
  const madeAtMs = String(made.madeAtMs).padStart(13, '0');
  return { name: `generation-${revision}-${madeAtMs}-${hashOf(text)}`, text };
}

/** Whether a folder of this name holds a generation, whole or not. */
export function isGenerationName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Sorts names of generations: those of a later revision first, and of two that know the same
 * revision the one that was made later.
 */
export function newestFirst(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0;
}

/** @param name - of the folder in which the text was found */
export function readManifest(name: string, text: string): Manifest | Refusal {
  if (NAME.exec(name)?.[3] !== hashOf(text)) {
    return { code: 'checksum', reason: `${MANIFEST_FILE} is damaged.` };
  }
  try {
    const { format, ...read } = manifest.parse(JSON.parse(text));
    return read as Manifest;
  } catch {
    return { code: 'format', reason: 'It was written by another version of Broadsheet.' };
  }
}

/** Why a sound generation is of no use here, if it is not. */
export function refusalOf(read: Manifest, expected: ExpectedGeneration): Refusal | undefined {
  if (read.catalogue !== expected.catalogue) {
    return { code: 'catalogue', reason: 'It was made from another catalogue.' };
  }
  if (read.revision > expected.maxRevision) {
    const reason =
      `It knows the catalogue up to revision ${read.revision}, ` +
      `and the catalogue has only ${expected.maxRevision}.`;
    return { code: 'revision', reason };
  }
  return undefined;
}

/** Whether all vectors are of the model that was in use. */
export function isOfOneModel({ modelId, segments }: Manifest): boolean {
  return segments.every((segment) => segment.modelId === modelId);
}

export function isRefusal(value: object): value is Refusal {
  return 'reason' in value;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
