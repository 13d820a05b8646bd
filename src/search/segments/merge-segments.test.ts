import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtSegment, contentOf } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import { randomPapers } from '../../../test/support/random-papers.js';
import type { PartialDate } from '../../papers/dates.js';
import type { Paper } from '../../papers/paper.js';
import { type MergePart, mergeSegments } from './merge-segments.js';
import { paperCount } from './segment.js';
import { idOf } from './segment-lookup.js';
import { stringAt } from './string-table.js';

/** A segment of these papers, of which some are dead. */
function part(
  papers: readonly Paper[],
  isDead: (paper: Paper) => boolean = () => false,
): MergePart {
  const segment = builtSegment(papers);
  const ids = new Set<string>(papers.filter(isDead).map(({ id }) => id));
  const dead = new Uint32Array(Math.ceil(paperCount(segment) / 32));
  for (let at = 0; at < paperCount(segment); at += 1) {
    if (ids.has(idOf(segment, at))) dead[at >>> 5] = (dead[at >>> 5] ?? 0) | (1 << (at & 31));
  }
  return { segment, dead };
}

/** So many papers, of which the words, dates and lengths follow from the number. */
function numbered(count: number): Paper[] {
  return Array.from({ length: count }, (_, at) =>
    paper(`n${at}`, {
      title: `Graph ${at % 11} ${at}`,
      abstract: `neural ${'deep '.repeat(at % 40)} word${at % 3}`,
      publishedOn: `20${10 + ((at * 7) % 13)}` as PartialDate,
      categories: [`cs.${at % 4}`],
    }),
  );
}

describe('merging segments', () => {
  it('drops dead papers with all that only they had', () => {
    const living = paper('a', { title: 'Living words', categories: ['cs.CL'] });
    const dead = paper('b', { title: 'Dead words', categories: ['cs.AI'] });
    const merged = mergeSegments([part([living, dead], ({ id }) => id === 'b')]);
    expect(contentOf(merged)).toEqual(contentOf(builtSegment([living])));
    const { names } = merged.terms;
    expect(Array.from(names.ends, (_, at) => stringAt(names, at))).not.toContain('dead');
  });

  it('keeps a word that is dead in one segment and alive in another', () => {
    const dead = paper('a', { title: 'Former words' });
    const living = paper('b', { title: 'Former glory' });
    const merged = mergeSegments([part([dead], () => true), part([living])]);
    expect(contentOf(merged)).toEqual(contentOf(builtSegment([living])));
  });

  it('takes a paper from where it lives, and not its former version', () => {
    const former = paper('a', { title: 'Former' });
    const later = paper('a', { title: 'Later' });
    const other = paper('b', { title: 'Other' });
    const merged = mergeSegments([part([former, other], ({ id }) => id === 'a'), part([later])]);
    expect(contentOf(merged)).toEqual(contentOf(builtSegment([other, later])));
  });

  it('gives an empty segment where nobody lives', () => {
    const empty = contentOf(builtSegment([]));
    expect(contentOf(mergeSegments([]))).toEqual(empty);
    expect(contentOf(mergeSegments([part(numbered(3), () => true), part([])]))).toEqual(empty);
  });

  it('asks for the words of papers that are not in memory', () => {
    const papers = numbered(20);
    const isDead = ({ id }: Paper) => id.endsWith('3');
    const { segment, dead } = part(papers, isDead);
    const { forward: _, ...onDisk } = segment;
    const merged = mergeSegments([{ segment: onDisk, dead }]);
    expect(contentOf(merged)).toEqual(contentOf(builtSegment(papers.filter((it) => !isDead(it)))));
  });

  it('is building anew, over several blocks of papers', () => {
    const papers = numbered(500);
    const isDead = ({ id }: Paper) => id.endsWith('3');
    const parts = [0, 1, 2].map((which) => papers.filter((_, at) => (at * at) % 3 === which));
    const merged = mergeSegments(parts.map((some) => part(some, isDead)));
    expect(contentOf(merged)).toEqual(contentOf(builtSegment(papers.filter((it) => !isDead(it)))));
  });

  it('is building anew, whoever died, and in however many parts', () => {
    const fates = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(randomPapers(12), fates, (papers, fateOf) => {
        const fate = new Map(papers.map(({ id }, at) => [id, fateOf[at] ?? [0, false]]));
        const isDead = ({ id }: Paper) => fate.get(id)?.[1] === true;
        const parts = [0, 1, 2, 3].map((which) =>
          part(
            papers.filter(({ id }) => fate.get(id)?.[0] === which),
            isDead,
          ),
        );
        const anew = builtSegment(papers.filter((it) => !isDead(it)));
        expect(contentOf(mergeSegments(parts))).toEqual(contentOf(anew));
      }),
      { numRuns: 40 },
    );
  });
});
