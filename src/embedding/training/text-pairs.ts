/**
 * Two texts of one paper, to be learnt as being alike: a title and the abstract, a sentence and
 * the rest ("Inverse Cloze Task": Lee, Chang and Toutanova, 2019), or two halves. Each is a set of
 * terms that count as they do when a text is embedded (`../term-weights.ts`).
 */

import { termWeight } from '../term-weights.js';
import type { RandomNumbers } from './random-numbers.js';
import type { TrainingCorpus } from './training-corpus.js';
import { MOST_TERMS } from './training-layout.js';
import type { TrainingSettings } from './training-settings.js';

export type PairKind = 'title' | 'sentence' | 'halves';

/** Where the terms of a text are written, and how much each counts. */
export type TextPlace = { readonly terms: Uint32Array; readonly weights: Float32Array };

export type PairMaker = {
  /** The kind of the next pair of a paper. */
  readonly kindOf: (paper: number, random: RandomNumbers) => PairKind;
  /**
   * Writes the terms of a pair in the order in which they stand in it, and gives how many there
   * are: {@link MOST_TERMS} in each at most.
   */
  readonly make: (
    paper: number,
    kind: PairKind,
    random: RandomNumbers,
    query: TextPlace,
    passage: TextPlace,
  ) => { readonly queryTerms: number; readonly passageTerms: number };
};

/** @param termCount - how many terms the corpus numbers */
export function createPairMaker(
  { tokens, textStarts, paperStarts }: TrainingCorpus,
  termCount: number,
  { titleShare, sentenceShare }: Pick<TrainingSettings, 'titleShare' | 'sentenceShare'>,
): PairMaker {
  const query = createTermSet(termCount);
  const passage = createTermSet(termCount);

  const addText = (set: TermSet, text: number): void => {
    const end = textStarts[text + 1] as number;
    for (let at = textStarts[text] as number; at < end; at += 1) set.add(tokens[at] as number);
  };

  const sentencesOf = (paper: number): number =>
    (paperStarts[paper + 1] as number) - (paperStarts[paper] as number) - 1;

  return {
    kindOf(paper, random) {
      const draw = random.share();
      if (sentencesOf(paper) < 2 || draw < titleShare) return 'title';
      return draw < titleShare + sentenceShare ? 'sentence' : 'halves';
    },

    make(paper, kind, random, queryPlace, passagePlace) {
      query.clear();
      passage.clear();
      const title = paperStarts[paper] as number;
      const sentences = sentencesOf(paper);
      const chosen = kind === 'sentence' ? random.below(sentences) : -1;
      const isInQuery = (sentence: number): boolean =>
        kind === 'halves' ? random.share() < 0.5 : sentence === chosen;
      const isTitleInQuery = kind === 'title' || (kind === 'halves' && random.share() < 0.5);

      addText(isTitleInQuery ? query : passage, title);
      for (let sentence = 0; sentence < sentences; sentence += 1) {
        addText(isInQuery(sentence) ? query : passage, title + 1 + sentence);
      }
      return { queryTerms: query.write(queryPlace), passageTerms: passage.write(passagePlace) };
    },
  };
}

type TermSet = ReturnType<typeof createTermSet>;

/** Counts terms; what is known of a number is of now only if it carries the stamp of now. */
function createTermSet(termCount: number) {
  const stamps = new Uint32Array(termCount);
  const places = new Uint16Array(termCount);
  const terms = new Uint32Array(MOST_TERMS);
  const counts = new Uint32Array(MOST_TERMS);
  let stamp = 0;
  let size = 0;
  return {
    clear: () => {
      stamp += 1;
      size = 0;
    },
    add: (term: number) => {
      if (stamps[term] === stamp) {
        const place = places[term] as number;
        counts[place] = (counts[place] as number) + 1;
      } else if (size < MOST_TERMS) {
        stamps[term] = stamp;
        places[term] = size;
        terms[size] = term;
        counts[size] = 1;
        size += 1;
      }
    },
    write: ({ terms: termsTo, weights }: TextPlace): number => {
      for (let at = 0; at < size; at += 1) {
        termsTo[at] = terms[at] as number;
        weights[at] = termWeight(counts[at] as number);
      }
      return size;
    },
  };
}
