import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { builtSegment } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import type { Paper } from '../../papers/paper.js';
import { sectionsOf } from '../segments/segment-sections.js';
import { FORMAT } from './manifest.js';

/** Something of all that indexing treats in a way of its own. */
const PAPERS: readonly Paper[] = [
  paper('2303.01234', {
    identifiers: ['arxiv:2303.01234', 'doi:10.1000/xyz'] as unknown as Paper['identifiers'],
    title: 'Few-shot models for naïve translators: the GPT-4 case',
    abstract: `${'Retrieving retrieved retrievals. '.repeat(9)}See https://github.com/a/b (80 %).`,
    authors: ['Ada Lovelace', 'Émilie du Châtelet'],
    categories: ['cs.CL', 'stat.ML'],
    publishedOn: '2023-03-02' as Paper['editionOn'],
    revision: 7,
  }),
  paper('acl:P19-1001', {
    title: 'Größe, 深層学習 and Ελληνικά',
    abstract: 'An $O(n^2)$ bound; e.g. state-of-the-art systems aren’t it.',
    authors: ["Conan O'Brien"],
    withdrawn: true,
    revision: 8,
  }),
  ...Array.from({ length: 200 }, (_, at) => paper(`n${at}`, { abstract: `Common word${at % 9}` })),
];

/** What the arrays of these papers add up to, in each format that there was. */
const CHECKSUMS: Readonly<Record<number, string>> = {
  1: '3a3be00d8d8d448d',
  // The same arrays; from here on each segment says which model made its vectors.
  2: '3a3be00d8d8d448d',
};

it('a change of what the arrays hold is a new format, so that no index of the old one is used', () => {
  const segment = builtSegment(PAPERS);
  const hash = createHash('sha256');
  // Not the vectors, which go with their model.
  for (const [name, array] of Object.entries({ ...sectionsOf(segment), ...segment.forward })) {
    hash.update(name);
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice());
  }
  // Where this fails on purpose, raise FORMAT and add what came out.
  expect(hash.digest('hex').slice(0, 16)).toBe(CHECKSUMS[FORMAT]);
});
