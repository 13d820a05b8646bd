/** Texts to vectors: the contract that every model keeps. */

/** Numbers in a vector. */
export const DIMENSIONS = 256;

export type Embedder = {
  /** Tells models apart: vectors of two ids may not be compared. */
  readonly modelId: string;
  /** Numbers in a vector; its first 32, 64 and 128 are shorter vectors of the same text. */
  readonly dimensions: typeof DIMENSIONS;
  /** A vector of length 1, the same on every machine; zeros for a text without words. */
  readonly embed: (text: string) => Float32Array;
};

/**
 * What a model of ours reads of a paper: the title twice, since a word of it says more of what the
 * paper is about than one of the abstract. docs/relevance.md has the figures.
 */
export function textToEmbed(paper: { readonly title: string; readonly abstract: string }): string {
  return `${paper.title}\n${paper.title}\n${paper.abstract}`;
}
