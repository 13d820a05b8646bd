/**
 * Papers of a field that is made up: it has concepts, and calls each by one word in titles and by
 * another in abstracts, so that nothing but learning tells which abstract belongs to a title.
 */

import { createRandomNumbers } from '../../src/embedding/training/random-numbers.js';
import {
  type CountedTerms,
  createCorpusBuilder,
  type TrainingCorpus,
  type TrainingPaper,
} from '../../src/embedding/training/training-corpus.js';

const CONCEPTS = 60;
const CONCEPTS_IN_PAPER = 4;
const SENTENCES = 3;
const CONSONANTS = 'bdfgklmnprtvz';
const VOWELS = 'aiou';

/** @param language - other numbers give other words */
export function madeUpPapers(count: number, language = 0): TrainingPaper[] {
  const random = createRandomNumbers();
  const wordOf = (concept: number, style: number) => {
    random.beginWith(language, style, concept);
    const syllable = () =>
      (CONSONANTS[random.below(CONSONANTS.length)] ?? '') +
      (VOWELS[random.below(VOWELS.length)] ?? '');
    return `${syllable()}${syllable()}${syllable()}k`;
  };
  return Array.from({ length: count }, (_, paper) => {
    random.beginWith(language, -1, paper);
    const concepts = Array.from({ length: CONCEPTS_IN_PAPER }, () => random.below(CONCEPTS));
    const sentences = Array.from({ length: SENTENCES }, (_, sentence) => {
      const words = concepts.map((concept) => wordOf(concept, sentence % 2 === 0 ? 1 : 2));
      return `We ${words.join(' ')}.`;
    });
    return {
      title: `${concepts.map((concept) => wordOf(concept, 0)).join(' ')} number${paper}`,
      abstract: sentences.join(' '),
      categories: [`made.${paper % 3}`],
    };
  });
}

export function madeUpCorpus(count: number, language = 0): TrainingCorpus & CountedTerms {
  const builder = createCorpusBuilder();
  for (const paper of madeUpPapers(count, language)) builder.add(paper);
  return builder.build();
}
