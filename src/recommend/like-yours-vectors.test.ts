import { expect, it } from 'vitest';
import { paper } from '../../test/support/papers.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { createPaperVectors } from './like-yours-vectors.js';

/** Papers of a catalogue, and an embedder that tells which texts it was asked for. */
function open(count: number, mostKept = 1_000) {
  const all = new Map<PaperId, Paper>(
    Array.from({ length: count }, (_, at) => {
      const one = paper(`p${at}`, { title: `Title ${at}`, revision: 1 });
      return [one.id, one];
    }),
  );
  const asked: string[] = [];
  const vectors = createPaperVectors({
    papers: {
      byIds: async (ids) => new Map(ids.flatMap((id) => [...all].filter(([key]) => key === id))),
    },
    embedder: async () => ({
      embed(text) {
        asked.push(text.split('\n')[0] ?? '');
        return Float32Array.of(asked.length);
      },
    }),
    mostKept,
  });
  return { all, asked, of: (...ids: string[]) => vectors.of(ids.map((id) => wanted(all, id))) };
}

function wanted(all: ReadonlyMap<PaperId, Paper>, id: string) {
  return { id: id as PaperId, revision: all.get(id as PaperId)?.revision ?? 1 };
}

it('a paper is embedded once, and again when it has changed', async () => {
  const { all, asked, of } = open(3);
  await of('p0', 'p1');
  const found = await of('p2', 'p1', 'p0');
  expect(asked).toEqual(['Title 0', 'Title 1', 'Title 2']);
  expect(found.map(({ id }) => id)).toEqual(['p2', 'p1', 'p0']);
  const changed = { ...(all.get('p1' as PaperId) as Paper), title: 'Another', revision: 2 };
  all.set(changed.id, changed);
  await of('p0', 'p1');
  expect(asked.slice(3)).toEqual(['Another']);
});

it('papers that are gone have no vector', async () => {
  const { of } = open(1);
  expect((await of('p0', 'p9')).map(({ id }) => id)).toEqual(['p0']);
});

it('so many vectors are kept, those that were asked for last', async () => {
  const { asked, of } = open(4, 2);
  await of('p0', 'p1');
  await of('p0', 'p2');
  await of('p0', 'p1');
  expect(asked).toEqual(['Title 0', 'Title 1', 'Title 2', 'Title 1']);
});
