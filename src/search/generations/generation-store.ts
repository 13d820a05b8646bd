/**
 * The search index on disk, so that a start need not read every paper again. One folder holds
 * generations of the whole index; the newest that is sound and fits is loaded, and when a newer
 * one is written the older ones go. After another model has been taken, the last whole generation
 * of the one before stays, for whoever goes back to it.
 *
 * A generation is written under a temporary name and gets its own when every byte of it is on
 * the disk: whatever happens before that leaves the one before in place. Several processes may
 * share the folder. One that loses a generation to another while it reads takes the next.
 *
 * Refused: changing what lies there, and reading it without comparing checksums. Both would be
 * faster, and a loss of power or a failing disk could then answer searches wrongly.
 */

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asWriteError, syncFolder } from '../../durable-files-client.js';
import { paperCount, type Segment } from '../segments/segment.js';
import { piecesOf, refusalFrom, writeFileSynced } from './generation-files-store.js';
import {
  type ExpectedGeneration,
  isGenerationName,
  isOfOneModel,
  isRefusal,
  MANIFEST_FILE,
  type Manifest,
  newestFirst,
  type Refusal,
  readManifest,
  refusalOf,
  type StoredSegment,
  writtenManifest,
} from './manifest.js';
import { closeForwardFile, readSegment, writeSegment } from './segment-files-store.js';

/**
 * A generation in memory, but for the words of its papers, which it reads from disk: dispose of
 * it when none of its segments is in use any more, in any thread.
 */
export type Generation = Disposable &
  Omit<Manifest, 'segments'> & {
    /** Of its folder. */
    readonly name: string;
    readonly segments: readonly Segment[];
  };

export type RefusedGeneration = Refusal & { readonly name: string };

export type GenerationInput = Pick<
  Manifest,
  'modelId' | 'catalogue' | 'revision' | 'commit' | 'madeAtMs'
> & {
  /** Everything in the catalogue up to the revision, and nothing dead. */
  readonly segments: readonly Segment[];
};

export type Generations = {
  /**
   * The newest generation that is sound and fits, and why others before it were not taken. Those
   * that were written while the expected model was in use come first.
   *
   * @throws BroadsheetError `not_available` if there is not enough memory for it
   */
  readonly newest: (expected: ExpectedGeneration) => Promise<{
    readonly generation: Generation | undefined;
    readonly refused: readonly RefusedGeneration[];
  }>;
  /** Whether there is a generation that fits and has all its vectors from the expected model. */
  readonly hasWhole: (expected: ExpectedGeneration) => Promise<boolean>;
  /**
   * Writes a generation and removes those that it replaces. It is on the disk when the name of
   * its folder is returned; where it is not, what was there before still is.
   *
   * @throws BroadsheetError `disk_full`, `data_not_writable` or `disk_failed`
   */
  readonly write: (input: GenerationInput) => Promise<string>;
};

const TEMPORARY = '.tmp-';

/** Who writes a generation touches its files all the time; who stopped for so long is gone. */
const LEFT_OVER_AFTER_MS = 600_000;

/** @param folder - made when it is first needed */
export function openGenerations(folder: string): Generations {
  return {
    newest: (expected) => newest(folder, expected),
    hasWhole: async (expected) => {
      const names = await readdir(folder).catch(() => []);
      const found = await manifestsOf(folder, names.filter(isGenerationName));
      return found.some(
        ({ manifest }) =>
          !isRefusal(manifest) &&
          manifest.modelId === expected.modelId &&
          isOfOneModel(manifest) &&
          refusalOf(manifest, expected) === undefined,
      );
    },
    write: (input) => write(folder, input),
  };
}

async function newest(
  folder: string,
  expected: ExpectedGeneration,
): ReturnType<Generations['newest']> {
  const refused: RefusedGeneration[] = [];
  const tried = new Set<string>();
  for (;;) {
    // Read anew each time: another process may have put a newer one in the place of this.
    const names = await readdir(folder).catch((error) => refusalFrom(error, folder));
    if (isRefusal(names)) {
      if (names.code !== 'missing') refused.push({ name: folder, ...names });
      return { generation: undefined, refused };
    }
    const untried = names.filter((entry) => isGenerationName(entry) && !tried.has(entry));
    const [first] = (await manifestsOf(folder, untried)).sort(
      (a, b) =>
        Number(isOfModel(b, expected.modelId)) - Number(isOfModel(a, expected.modelId)) ||
        newestFirst(a.name, b.name),
    );
    if (!first) return { generation: undefined, refused };
    const { name, manifest } = first;
    tried.add(name);
    const read = isRefusal(manifest)
      ? manifest
      : await readGeneration(folder, name, manifest, expected);
    if (!isRefusal(read)) return { generation: read, refused };
    const isGone = read.code === 'missing' && !(await exists(join(folder, name)));
    if (!isGone) refused.push({ name, ...read });
  }
}

/** A generation by what it says of itself, or why it says nothing. */
type Found = { readonly name: string; readonly manifest: Manifest | Refusal };

function manifestsOf(folder: string, names: readonly string[]): Promise<Found[]> {
  return Promise.all(
    names.map(async (name) => ({ name, manifest: await manifestIn(folder, name) })),
  );
}

function isOfModel({ manifest }: Found, modelId: string): boolean {
  return !isRefusal(manifest) && manifest.modelId === modelId;
}

async function readGeneration(
  folder: string,
  name: string,
  manifest: Manifest,
  expected: ExpectedGeneration,
): Promise<Generation | Refusal> {
  const path = join(folder, name);
  const refusal = refusalOf(manifest, expected);
  if (refusal) return refusal;

  const { segments: stored, ...rest } = manifest;
  const segments: Segment[] = [];
  const close = (): void => {
    for (const { forwardFile } of segments.splice(0))
      if (forwardFile) closeForwardFile(forwardFile);
  };
  try {
    for (const one of stored) {
      const segment = await readSegment(path, one);
      if (isRefusal(segment)) {
        close();
        return segment;
      }
      segments.push(segment);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { ...rest, name, segments: [...segments], [Symbol.dispose]: close };
}

async function manifestIn(folder: string, name: string): Promise<Manifest | Refusal> {
  try {
    return readManifest(name, await readFile(join(folder, name, MANIFEST_FILE), 'utf8'));
  } catch (error) {
    return refusalFrom(error, MANIFEST_FILE);
  }
}

async function write(folder: string, { segments, ...facts }: GenerationInput): Promise<string> {
  const temporary = join(folder, temporaryName());
  try {
    await mkdir(temporary, { recursive: true });
    const stored: StoredSegment[] = [];
    for (const [number, segment] of segments.entries()) {
      stored.push(await writeSegment(temporary, number, segment));
    }
    const { name, text } = writtenManifest({
      ...facts,
      papers: segments.reduce((sum, segment) => sum + paperCount(segment), 0),
      revisionSum: segments.reduce((sum, segment) => sum + revisionSumOf(segment), 0),
      segments: stored,
    });
    await writeFileSynced(join(temporary, MANIFEST_FILE), piecesOf(Buffer.from(text)));
    await syncFolder(temporary);
    await giveName(temporary, join(folder, name));
    await syncFolder(folder);
    await tidy(folder, name, facts).catch(() => {});
    return name;
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw asWriteError(error, `The search index in ${folder}`);
  }
}

/**
 * The name holds a hash of the manifest, and the manifest a checksum of every file: where another
 * process has made a generation of the same name, in the same millisecond, it is this one.
 */
async function giveName(temporary: string, path: string): Promise<void> {
  await rename(temporary, path).catch(async (error) => {
    const isTaken = ['ENOTEMPTY', 'EEXIST'].includes(error.code) || (await exists(path));
    if (!isTaken) throw error;
    await rm(temporary, { recursive: true, force: true });
  });
}

function revisionSumOf({ papers: { revisions } }: Segment): number {
  let sum = 0;
  for (const revision of revisions) sum += revision;
  return sum;
}

/**
 * Removes what this generation replaces: older ones, those that could not be used beside it, and
 * what writers left that did not come to an end. What cannot be removed now goes another time.
 */
async function tidy(
  folder: string,
  kept: string,
  facts: Pick<Manifest, 'modelId' | 'catalogue'>,
): Promise<void> {
  // The disk's own clock, which need not be ours.
  const { mtimeMs: now } = await stat(join(folder, kept, MANIFEST_FILE));
  const names = await readdir(folder);
  for (const name of names.filter((entry) => entry.startsWith(TEMPORARY))) {
    const path = join(folder, name);
    const touchedAtMs = await lastTouchedAtMs(path).catch(() => now);
    if (now - touchedAtMs > LEFT_OVER_AFTER_MS) await remove(path);
  }
  const others = await manifestsOf(
    folder,
    names.filter((name) => isGenerationName(name) && name !== kept).sort(newestFirst),
  );
  const spare = others.find((other) => isOfOtherModel(other, facts));
  for (const other of others) {
    const isReplaced = newestFirst(kept, other.name) < 0 || isForeign(other, facts);
    if (isReplaced && other !== spare) await retire(folder, other.name);
  }
}

/** Whether it is what to go back to, should another model be in use again. */
function isOfOtherModel(
  { manifest }: Found,
  { modelId, catalogue }: Pick<Manifest, 'modelId' | 'catalogue'>,
): boolean {
  if (isRefusal(manifest) || manifest.catalogue !== catalogue) return false;
  return manifest.modelId !== modelId && isOfOneModel(manifest);
}

/** Whether a generation was made from another catalogue, or for another model. */
function isForeign(
  { manifest }: Found,
  { modelId, catalogue }: Pick<Manifest, 'modelId' | 'catalogue'>,
): boolean {
  if (isRefusal(manifest)) return false;
  return manifest.modelId !== modelId || manifest.catalogue !== catalogue;
}

/** Under another name first, so that nobody finds half of it. */
async function retire(folder: string, name: string): Promise<void> {
  const temporary = join(folder, temporaryName());
  await rename(join(folder, name), temporary).then(
    () => remove(temporary),
    () => {},
  );
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {});
}

async function lastTouchedAtMs(path: string): Promise<number> {
  const names = await readdir(path);
  const times = await Promise.all(
    [path, ...names.map((name) => join(path, name))].map(
      async (each) => (await stat(each)).mtimeMs,
    ),
  );
  return Math.max(...times);
}

function temporaryName(): string {
  return `${TEMPORARY}${randomBytes(8).toString('hex')}`;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
