/** Texts to vectors: the contract that every model keeps. */

export type Embedder = {
  /** Tells models apart: vectors of two ids may not be compared. */
  readonly modelId: string;
  /** Numbers in a vector; its first 32, 64 and 128 are shorter vectors of the same text. */
  readonly dimensions: 256;
  /** A vector of length 1, the same on every machine; zeros for a text without words. */
  readonly embed: (text: string) => Float32Array;
};

/** What a model reads of a paper. */
export function textToEmbed(paper: { readonly title: string; readonly abstract: string }): string {
  return `${paper.title}\n${paper.abstract}`;
}
