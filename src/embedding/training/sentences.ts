/** Where an abstract falls into sentences: good enough to learn from, no grammar. */

/** A full stop, and behind it something that a sentence may begin with: also TeX. */
const BETWEEN_SENTENCES = /(?<=[.!?])\s+(?=[\p{Lu}$\\(])/u;

/** What is behind so many is no abstract. */
const MOST_SENTENCES = 255;

export function sentencesOf(abstract: string): string[] {
  return abstract.split(BETWEEN_SENTENCES, MOST_SENTENCES);
}
