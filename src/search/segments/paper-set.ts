/**
 * Sets of papers of one segment, a bit for each paper: what filters let through, what a query
 * matches, what has gone. Sets that are taken together are of one segment, and thus of one length.
 */

/** The bit of paper `p` is bit `p & 31` of word `p >>> 5`; bits behind the last paper are 0. */
export type PaperSet = Uint32Array;

const PAPERS_PER_WORD = 32;
const ALL = 0xffff_ffff;

/** @param papers - how many the segment has */
export function createPaperSet(papers: number): PaperSet {
  return new Uint32Array((papers + PAPERS_PER_WORD - 1) >>> 5);
}

export function copyOf(set: PaperSet): PaperSet {
  return new Uint32Array(set);
}

export function has(set: PaperSet, paper: number): boolean {
  return (((set[paper >>> 5] as number) >>> (paper & 31)) & 1) !== 0;
}

/** How many papers there are in the set. */
export function count(set: PaperSet): number {
  return countWithin(set, 0, set.length);
}

/** How many papers of the set stand in some of its words. */
export function countWithin(set: PaperSet, fromWord: number, untilWord: number): number {
  let papers = 0;
  for (let word = fromWord; word < untilWord; word += 1) {
    papers += bitsIn(set[word] as number);
  }
  return papers;
}

/** The papers of a set, ascending. */
export function papersOf(set: PaperSet): Uint32Array {
  const papers = new Uint32Array(count(set));
  let at = 0;
  for (let word = 0; word < set.length; word += 1) {
    for (let bits = set[word] as number; bits !== 0; bits &= bits - 1) {
      papers[at] = word * PAPERS_PER_WORD + lowestBit(bits);
      at += 1;
    }
  }
  return papers;
}

/** Which is the lowest bit that is set, of at least one. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

export function add(set: PaperSet, paper: number): void {
  const word = paper >>> 5;
  set[word] = (set[word] as number) | (1 << (paper & 31));
}

/** Adds all papers from one to before another. */
export function addRange(set: PaperSet, from: number, until: number): void {
  if (from >= until) return;
  const [first, last] = [from >>> 5, (until - 1) >>> 5];
  const head = (ALL << (from & 31)) >>> 0;
  const tail = ALL >>> (31 - ((until - 1) & 31));
  if (first === last) {
    set[first] = (set[first] as number) | (head & tail);
    return;
  }
  set[first] = (set[first] as number) | head;
  set.fill(ALL, first + 1, last);
  set[last] = (set[last] as number) | tail;
}

export function clear(set: PaperSet): void {
  set.fill(0);
}

/** Leaves only what is in the other set, too. */
export function and(set: PaperSet, other: PaperSet): void {
  for (let word = 0; word < set.length; word += 1) {
    set[word] = (set[word] as number) & (other[word] as number);
  }
}

/** Takes away what is in the other set. */
export function andNot(set: PaperSet, other: PaperSet): void {
  for (let word = 0; word < set.length; word += 1) {
    set[word] = (set[word] as number) & ~(other[word] as number);
  }
}

/** Adds what is in the other set. */
export function or(set: PaperSet, other: PaperSet): void {
  for (let word = 0; word < set.length; word += 1) {
    set[word] = (set[word] as number) | (other[word] as number);
  }
}

/**
 * Turns a set into what is not in it.
 *
 * @param papers - how many the segment has
 */
export function complement(set: PaperSet, papers: number): void {
  for (let word = 0; word < set.length; word += 1) set[word] = ~(set[word] as number);
  const inLast = papers & 31;
  const last = set.length - 1;
  if (inLast !== 0) set[last] = (set[last] as number) & (ALL >>> (PAPERS_PER_WORD - inLast));
}

/** How many bits of a word are set. Source: Warren, "Hacker's Delight" (2012), chapter 5. */
function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
