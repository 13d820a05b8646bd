import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type ExpectedGeneration,
  FORMAT,
  isGenerationName,
  isOfOneModel,
  type Manifest,
  newestFirst,
  readManifest,
  refusalOf,
  writtenManifest,
} from './manifest.js';

const MANIFEST: Manifest = {
  modelId: 'model-1',
  catalogue: 'a catalogue',
  revision: 17,
  commit: 'a commit',
  papers: 3,
  revisionSum: 40,
  madeAtMs: Date.UTC(2026, 10, 20),
  segments: [
    {
      papers: 3,
      modelId: 'model-1',
      sections: { 'papers.dates': { file: '0.papers.dates', bytes: 12, checksum: '0a1b2c3d' } },
    },
  ],
};

const EXPECTED: ExpectedGeneration = {
  modelId: 'model-1',
  catalogue: 'a catalogue',
  maxRevision: 17,
};

/** What is read of a manifest with another text, in a folder whose name goes with it. */
function readChanged(change: (text: string) => string): unknown {
  const { name, text } = writtenManifest(MANIFEST);
  const changed = change(text);
  const hash = createHash('sha256').update(changed).digest('hex').slice(0, 16);
  return readManifest(name.replace(/[0-9a-f]{16}$/, hash), changed);
}

describe('a manifest', () => {
  it('is read as it was written', () => {
    const { name, text } = writtenManifest(MANIFEST);
    expect(isGenerationName(name)).toBe(true);
    expect(readManifest(name, text)).toEqual(MANIFEST);
  });

  it('is refused under the name of another', () => {
    const { text } = writtenManifest(MANIFEST);
    const { name } = writtenManifest({ ...MANIFEST, papers: 4 });
    expect(readManifest(name, text)).toMatchObject({ code: 'checksum' });
  });

  it('is refused with any letter changed', () => {
    const { name, text } = writtenManifest(MANIFEST);
    for (let at = 0; at < text.length; at += 1) {
      const changed = `${text.slice(0, at)}~${text.slice(at + 1)}`;
      expect(readManifest(name, changed)).toMatchObject({ code: 'checksum' });
    }
  });

  it('is refused if another version wrote it, though every byte is as it was', () => {
    const texts = [
      (text: string) => text.replace(`"format":${FORMAT}`, `"format":${FORMAT - 1}`),
      (text: string) => text.replace('"papers":3', '"papers":-3'),
      (text: string) => text.replace('0.papers.dates', '../../elsewhere'),
      (text: string) => text.replace('"revision":17,', ''),
    ];
    expect(readChanged((text) => text)).toEqual(MANIFEST);
    for (const change of texts) expect(readChanged(change)).toMatchObject({ code: 'format' });
  });
});

describe('a generation', () => {
  it('fits its own catalogue, however much has changed since and whichever model is in use', () => {
    expect(refusalOf(MANIFEST, EXPECTED)).toBeUndefined();
    expect(refusalOf(MANIFEST, { ...EXPECTED, modelId: 'model-2' })).toBeUndefined();
    expect(refusalOf(MANIFEST, { ...EXPECTED, maxRevision: 1_000 })).toBeUndefined();
  });

  it('is of one model if all its vectors are of the one that was in use', () => {
    expect(isOfOneModel(MANIFEST)).toBe(true);
    expect(isOfOneModel({ ...MANIFEST, modelId: 'model-2' })).toBe(false);
  });

  it.each([
    ['catalogue', { catalogue: 'another' }],
    ['revision', { maxRevision: 16 }],
  ] as const)('is refused for another %s', (code, change) => {
    const refusal = refusalOf(MANIFEST, { ...EXPECTED, ...change });
    expect(refusal).toEqual({ code, reason: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  it('stands before those that know less, and before those of its revision made earlier', () => {
    const nameOf = (revision: number, madeAtMs: number) =>
      writtenManifest({ ...MANIFEST, revision, madeAtMs }).name;
    const newest = [nameOf(1_000, 5), nameOf(99, 2e12), nameOf(99, 1e12), nameOf(99, 3)];
    expect(newest.toReversed().sort(newestFirst)).toEqual(newest);
  });
});
