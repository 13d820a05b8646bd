import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtSegment } from '../../../test/support/built-segments.js';
import { paper } from '../../../test/support/papers.js';
import {
  type SectionName,
  type SegmentSections,
  sectionsOf,
} from '../segments/segment-sections.js';
import { flawIn } from './section-flaws.js';

const PAPERS = 200;

const sections = sectionsOf(
  builtSegment(
    Array.from({ length: PAPERS }, (_, at) =>
      paper(`p${at}`, { title: `Common word${at}`, categories: ['cs.CL', `cs.${at}`] }),
    ),
  ),
);

/** The sections, one of them in another form. */
function changed(name: SectionName, change: (array: number[]) => void): SegmentSections {
  const array = Array.from(sections[name]);
  change(array);
  const Section = sections[name].constructor as new (values: number[]) => unknown;
  return { ...sections, [name]: new Section(array) } as SegmentSections;
}

describe('the sections of a segment', () => {
  it('fit each other as they are built', () => {
    expect(flawIn(sections, PAPERS)).toBeUndefined();
    expect(flawIn(sectionsOf(builtSegment([])), 0)).toBeUndefined();
  });

  it('do not fit another number of papers', () => {
    expect(flawIn(sections, PAPERS + 1)).toMatch('papers.names.ends has 200 entries');
  });

  const names = Object.keys(sections) as SectionName[];
  it.each(names)('do not fit with an entry of %s missing', (name) => {
    expect(
      flawIn(
        changed(name, (array) => void array.pop()),
        PAPERS,
      ),
    ).toBeDefined();
  });

  it.each([
    'papers.names.ends',
    'terms.names.ends',
    'terms.firstBlocks',
    'terms.blockOffsets',
    'terms.blockPlaceOffsets',
    'words.names.ends',
    'labels.names.ends',
    'labels.papers.ends',
    'labels.papers.values',
    'terms.blockLastPapers',
    'words.terms',
  ] as const)('do not fit with too great a number anywhere in %s', (name) => {
    fc.assert(
      fc.property(fc.nat(sections[name].length - 1), (at) => {
        const broken = changed(name, (array) => {
          array[at] = 0xffff_fff0;
        });
        expect(flawIn(broken, PAPERS)).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });

  it('do not fit with a name of a paper that is not there', () => {
    const broken = changed('papers.nameHashes', (array) => {
      array[7] = PAPERS;
    });
    expect(flawIn(broken, PAPERS)).toMatch('papers.nameHashes');
  });

  it('do not fit with a block that says it holds more than it does', () => {
    const broken = changed('terms.postings', (array) => {
      array[0] = (array[0] as number) + 1;
    });
    expect(flawIn(broken, PAPERS)).toBe('block 0 is not whole');
  });
});
