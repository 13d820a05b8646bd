import { describe, expect, it } from 'vitest';
import { paper } from '../../../test/support/papers.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import type { Identifier } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { findDuplicates } from './find-duplicates.js';

const ABSTRACT =
  'We translate sentences of proofs into games whose strategies compose, and show that every ' +
  'strategy of a finite game comes from a proof of the formula that the game interprets.';

const PREPRINT = paper('2501.00001', {
  title: 'Proofs as finite games',
  abstract: ABSTRACT,
  authors: ['Ada Lovelace'],
  identifiers: ['arxiv:2501.00001' as Identifier],
});
const PROCEEDINGS = paper('acl:2025.acl-long.7', {
  ...PREPRINT,
  title: 'Sentences as finite games of proofs',
  abstract: ABSTRACT.replace('finite game ', 'game '),
  identifiers: ['acl:2025.acl-long.7' as Identifier],
});
const SUBJECTS = 'Soil Whales Rivers Bees Glass Clouds Tides Moss Coral Wolves Salt Ferns'.split(
  ' ',
);
const OTHERS = SUBJECTS.map((subject) =>
  paper(subject, { title: `${subject} in winter`, abstract: `${subject.repeat(3)} freezes.` }),
);

async function* inBatches(papers: readonly Paper[], size: number) {
  for (let at = 0; at < papers.length; at += size) yield papers.slice(at, at + size);
}

function search(papers: readonly Paper[], size = 7) {
  return findDuplicates(inBatches(papers, size), createHashedEmbedder());
}

describe('the duplicates of a catalogue', () => {
  it('are a preprint and its proceedings, with the reasons', async () => {
    const { pairs, papers } = await search([PREPRINT, ...OTHERS, PROCEEDINGS]);
    expect(papers).toBe(14);
    expect(pairs.map(({ ids }) => ids)).toEqual([['2501.00001', 'acl:2025.acl-long.7']]);
    expect(pairs[0]?.reasons.map(({ label }) => label)).toContain('1 of 1 authors in common');
  });

  it('are the same however the papers come in', async () => {
    const all = [PREPRINT, ...OTHERS, PROCEEDINGS];
    expect(await search(all, 1)).toEqual(await search(all, 100));
  });

  it('begin with the surest', async () => {
    const again = paper('copy', { ...PREPRINT, identifiers: ['local:copy' as Identifier] });
    const { pairs } = await search([PREPRINT, PROCEEDINGS, again]);
    expect(pairs[0]?.ids).toEqual(['2501.00001', 'copy']);
    const scores = pairs.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('are none among papers without words, or none at all', async () => {
    expect((await search([])).pairs).toEqual([]);
    const empty = ['a', 'b', 'c'].map((id) => paper(id, { title: '!', abstract: '' }));
    expect((await search(empty)).pairs).toEqual([]);
  });

  it('are not sought among very many papers that all say the same', async () => {
    const same = Array.from({ length: 600 }, (_, at) =>
      paper(`${at}`, { title: 'Notice', abstract: 'No abstract is available.' }),
    );
    expect(await search(same)).toMatchObject({ papers: 600, compared: 0, pairs: [] });
  });
});
