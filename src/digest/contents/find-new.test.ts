import { expect, it } from 'vitest';
import type { Day, PartialDate } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Candidate, Stock } from './candidate.js';
import type { CandidateFacts } from './candidate-store.js';
import { createFewAtOnce, createFinder, type FindSources } from './find-new.js';
import { spanFor } from './span.js';
import { wishesOf } from './wishes.js';

const SECOND = '2026-11-02' as Day;

const RANKED: Candidate = {
  id: 'ranked' as PaperId,
  titleKey: 'ranked',
  revision: 1,
  votes: 3,
  rank: 0,
  reasons: [],
  isOfDay: true,
};

const STOCK: Stock = {
  span: spanFor('daily', SECOND),
  day: SECOND,
  dayTotal: 1,
  candidates: [RANKED],
};

function facts(on: string, more: Partial<CandidateFacts> = {}): CandidateFacts {
  return {
    titleKey: on,
    category: 'cs.CL',
    editionOn: on as PartialDate,
    revision: 1,
    withdrawn: false,
    isSample: false,
    ...more,
  };
}

/** A search that finds these papers, whatever is asked, and counts how often it was. */
function open(known: Readonly<Record<string, CandidateFacts>>) {
  const asked: string[] = [];
  const ids = [...Object.keys(known), 'ranked', 'gone'] as PaperId[];
  const sources: FindSources = {
    search: {
      search: async ({ text }) => {
        asked.push(text);
        const hits = ids.map((id) => ({ id, score: 0 }));
        return { mode: 'lexical', total: ids.length, hits, notes: [] };
      },
    },
    candidates: {
      facts: async () => new Map(Object.entries(known) as [PaperId, CandidateFacts][]),
    },
    standings: { standings: async () => new Map() },
  };
  const finder = createFinder(sources, STOCK, createFewAtOnce());
  const find = (text: string) => finder(wishesOf([text], [])[0] as Parameters<typeof finder>[0]);
  return { asked, find };
}

it('a search that knows more than is new finds what is new, the best first', async () => {
  const { find } = open({
    today: facts('2026-11-02'),
    friday: facts('2026-10-30'),
    before: facts('2026-10-29'),
    tomorrow: facts('2026-11-03'),
    month: facts('2026-11'),
    withdrawn: facts('2026-11-02', { withdrawn: true }),
    sample: facts('2026-11-02', { isSample: true }),
  });
  const { candidates } = await find('norms');
  expect(candidates.map(({ id, isOfDay }) => [id, isOfDay])).toEqual([
    ['ranked', true],
    ['today', true],
    ['friday', false],
  ]);
  expect(candidates[1]?.reasons).toEqual([{ kind: 'new', category: 'cs.CL' }]);
});

it('what many wish is searched once, and what two wishes find is one paper', async () => {
  const { asked, find } = open({ today: facts('2026-11-02') });
  const [one, , other] = await Promise.all([find('norms'), find('norms'), find('masks')]);
  expect(asked).toEqual(['norms', 'masks']);
  expect(one?.candidates[1]).toBe(other?.candidates[1]);
});

it('what would find everything finds nothing', async () => {
  const { asked, find } = open({});
  expect((await find('!!!')).candidates).toEqual([]);
  expect(asked).toEqual([]);
});
