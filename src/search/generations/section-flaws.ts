/**
 * Whether the arrays of a segment fit each other. Checksums prove that a file is as it was
 * written; this proves, as far as a look at the tables can, that no reader leaves its arrays:
 * that every row begins and ends inside, and that every number names something that is there.
 * Postings and places are not decoded, which would take as long as building them.
 */

import { BLOCK_SIZE, PADDING_BYTES } from '../segments/posting-blocks.js';
import type { SectionName, SegmentSections } from '../segments/segment-sections.js';

/** What is wrong, in words for a log; `undefined` if nothing is. */
export function flawIn(sections: SegmentSections, papers: number): string | undefined {
  const lengthOf = (name: SectionName): number => sections[name].length;
  const terms = lengthOf('terms.papers');
  const words = lengthOf('words.papers');
  const blocks = lengthOf('terms.blockLastPapers');
  const postings = lengthOf('terms.postings') - PADDING_BYTES;
  const labelled = lengthOf('labels.papers.values');

  const lengths: readonly (readonly [SectionName, number])[] = [
    ['papers.names.ends', papers],
    ['papers.dates', papers],
    ['papers.editions', papers],
    ['papers.flags', papers],
    ['papers.lengths', papers * 2],
    ['papers.revisions', papers],
    ['terms.names.ends', terms],
    ['terms.firstBlocks', terms + 1],
    ['terms.blockOffsets', blocks + 1],
    ['terms.blockPlaceOffsets', blocks + 1],
    ['terms.blockBounds', blocks],
    ['words.names.ends', words],
    ['words.terms', words],
    ['labels.papers.ends', lengthOf('labels.names.ends')],
    ['averageLengths', 2],
  ];
  for (const [name, length] of lengths) {
    if (lengthOf(name) !== length) return `${name} has ${lengthOf(name)} entries, not ${length}`;
  }
  if (lengthOf('papers.nameHashes') % 2 !== 0) return 'papers.nameHashes ends in half a pair';

  const rising: readonly (readonly [NumberSection, number])[] = [
    ['papers.names.ends', lengthOf('papers.names.bytes')],
    ['terms.names.ends', lengthOf('terms.names.bytes')],
    ['words.names.ends', lengthOf('words.names.bytes')],
    ['labels.names.ends', lengthOf('labels.names.bytes')],
    ['labels.papers.ends', labelled],
    ['terms.firstBlocks', blocks],
    ['terms.blockOffsets', postings],
    ['terms.blockPlaceOffsets', lengthOf('terms.places')],
  ];
  for (const [name, end] of rising) {
    if (!risesTo(sections[name], end)) return `${name} does not rise to ${end}`;
  }

  const below: readonly (readonly [NumberSection, number])[] = [
    ['labels.papers.values', papers],
    ['terms.blockLastPapers', papers],
    ['words.terms', terms],
  ];
  for (const [name, bound] of below) {
    if (!isBelow(sections[name], bound, 0, 1)) return `${name} names one of ${bound} or more`;
  }
  if (!isBelow(sections['papers.nameHashes'], papers, 1, 2)) {
    return `papers.nameHashes names one of ${papers} papers or more`;
  }
  return flawInBlocks(sections);
}

/** Sections that are 32-bit numbers. */
type NumberSection = {
  [Name in SectionName]: SegmentSections[Name] extends Uint32Array ? Name : never;
}[SectionName];

/** The gaps and counts of every block end where the next block begins. */
function flawInBlocks(sections: SegmentSections): string | undefined {
  const offsets = sections['terms.blockOffsets'];
  const postings = sections['terms.postings'];
  for (let block = 0; block + 1 < offsets.length; block += 1) {
    const offset = offsets[block] as number;
    const papers = (postings[offset] as number) + 1;
    const width = postings[offset + 1] as number;
    const end = offset + 2 + ((papers * width + 7) >>> 3) + papers;
    if (papers > BLOCK_SIZE || end !== offsets[block + 1]) return `block ${block} is not whole`;
  }
  return undefined;
}

/** Whether the numbers never fall and the last is `end`; none at all end at 0. */
export function risesTo(numbers: Uint32Array, end: number): boolean {
  let last = 0;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at] as number;
    if (number < last) return false;
    last = number;
  }
  return last === end;
}

function isBelow(numbers: Uint32Array, bound: number, first: number, step: number): boolean {
  for (let at = first; at < numbers.length; at += step) {
    if ((numbers[at] as number) >= bound) return false;
  }
  return true;
}
