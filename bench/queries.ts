/**
 * What is asked in the benchmarks: some two hundred queries as people type them, and what follows
 * from them. Half are pieces of titles from the corpus; topics and questions are our own, over
 * the fields that the corpus covers.
 */

import type { Paper } from '../src/papers/paper.js';
import { isStopWord } from '../src/text/analysis.js';
import type { BenchFilter, BenchQuery, QueryKind } from './candidates/candidate.js';
import { createRandom, type Random } from './random.js';

/** From so many papers, the first of the corpus, come the pieces of titles. */
export const PAPERS_FOR_QUERIES = 10_000;

const TITLE_PIECES = 100;
const FEWEST_WORDS = 3;
const MOST_WORDS = 8;

/** A shorter beginning is not searched while it is typed. */
const SHORTEST_TYPED = 3;

/** How often a reader who types a query is shown results on the way. */
const STOPS_WHILE_TYPING = 4;

/** Most queries are searched while they are typed; so many of them are measured. */
const TYPED_QUERIES = 50;

const TOPICS = `
  attention; graph neural networks; diffusion; dark matter; sarcasm detection; spin glasses;
  federated learning; machine translation; quantum error correction; summarization;
  gravitational waves; protein folding; random walks; neural scaling laws; speech recognition;
  knowledge graphs; reinforcement learning; low-resource languages; topological insulators;
  few-shot; word sense disambiguation; stellar winds; convex optimization; hallucination;
  question answering; robot grasping; superconductivity; tokenization; galaxy clusters;
  retrieval-augmented generation; mean field games; coreference; black hole entropy;
  object detection; prompt injection; Ising model; dependency parsing; bandits; elliptic curves;
  code generation; neutrino mass; privacy; dialogue systems; sparse autoencoders; percolation;
  medical imaging; point clouds; emotion recognition; lattice QCD; watermarking; fairness;
  time series forecasting; exoplanet atmospheres; morphology; mixture of experts; turbulence
`;

const QUESTIONS = `
  how do large language models represent word meaning
  why does dropout help against overfitting
  what limits the lifetime of superconducting qubits
  can a model know when it does not know the answer
  how to train a parser without annotated trees
  do transformers learn hierarchical syntax
  which benchmarks measure reasoning over long documents
  how old are the stars in the halo of our galaxy
  what happens to translation quality for rare words
  is there evidence for sterile neutrinos
  how can one detect text that was written by a machine
  when does gradient descent find a global minimum
  what makes adversarial examples transfer between networks
  how fast does an epidemic spread on a network
  are multilingual models worse for languages with little data
  how to compress the key value cache of a transformer
  why do some galaxies stop forming stars
  how to choose the temperature in contrastive learning
  what do people expect of a conversational assistant
  how many samples are needed to learn a mixture of gaussians
  can robots learn to fold clothes from videos
  which words signal irony in short messages
  how to evaluate summaries without a reference
  does chain of thought reveal how a model reasons
  what is the mass of the lightest supersymmetric particle
  how to find experts for the review of a paper
  how stable are word embeddings across time
  what controls the critical temperature of cuprates
  how do children acquire verb meanings
  can language models plan before they act
  how to remove the influence of one training example
  which features help to recognise named entities in tweets
  how do we measure the diversity of generated text
  what is known about planets around binary stars
  how to make a segmentation model robust to noise
  why do deep networks generalise
  how to search source code by its meaning
  which prior is best for sparse regression
  how does quantisation change the accuracy of a model
  can we predict protein structure from sequence alone
  how do bilingual speakers switch between languages
  what are good negative examples for dense retrieval
  how to schedule jobs with unknown running times
  which symmetries protect topological phases
`;

/** What only a query language knows, and what costs the most of it. */
const LANGUAGE = `
  "state of the art"
  "machine translation" evaluation
  "knowledge distillation" -speech
  title:summarization author:lapata
  author:"Manning, Christopher" parsing
  title:"graph neural networks" after:2022
  cat:cs.CL after:2024-01
  has:code after:2020
  before:2000 "random matrix"
  transfromer languge modle
  unsupervsied dependancy parsing
  the model language neural network data learning training results paper task method approach
  zqax zqbx zqcx zqdx zqex zqfx zqgx zqhx zqabx zqacx zqadx zqaex zqafx zqagx zqahx zqabcx
  after:1900
`;

export type BenchQueries = { readonly [Kind in QueryKind]: readonly BenchQuery[] };

/**
 * The queries of every kind, always the same.
 *
 * @param papers - the first {@link PAPERS_FOR_QUERIES} of the corpus
 */
export function queriesFrom(papers: readonly Paper[]): BenchQueries {
  const random = createRandom(7);
  const plain = [
    ...titlePieces(papers, random),
    ...listed(TOPICS, ';'),
    ...listed(QUESTIONS, '\n'),
  ].map(queryOf);
  const filtered = plain.map((query) => ({ ...query, filter: filterFrom(papers, random) }));
  return {
    lexical: plain,
    dense: plain,
    hybrid: plain,
    'lexical-filtered': filtered,
    'hybrid-filtered': filtered,
    'as-you-type': random.shuffled(plain).slice(0, TYPED_QUERIES).flatMap(whileTyping),
    language: listed(LANGUAGE, '\n').map(queryOf),
  };
}

function queryOf(text: string): BenchQuery {
  return { text, words: wordsOf(text) };
}

/** For engines whose words are runs of letters and digits, and that know no stop words. */
function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words.filter((word) => !isStopWord(word));
  return telling.length > 0 ? telling : words;
}

/** Words that follow each other in a title and that begin and end with one that says something. */
function titlePieces(papers: readonly Paper[], random: Random): string[] {
  const pieces: string[] = [];
  for (const { title } of random.shuffled(papers)) {
    if (pieces.length === TITLE_PIECES) break;
    // A formula or an accent by commands is no part of what people type.
    if (/[$\\{}]/.test(title)) continue;
    const words = title.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? [];
    const length = FEWEST_WORDS + random.below(MOST_WORDS - FEWEST_WORDS + 1);
    const start = random.below(Math.max(1, words.length - length + 1));
    const piece = words.slice(start, start + length);
    while (piece.length > 0 && isStopWord(piece[0] as string)) piece.shift();
    while (piece.length > 0 && isStopWord(piece.at(-1) as string)) piece.pop();
    if (piece.length >= FEWEST_WORDS) pieces.push(piece.join(' '));
  }
  return pieces;
}

/** The month of some paper and, one time in two, its first category. */
function filterFrom(papers: readonly Paper[], random: Random): BenchFilter {
  for (;;) {
    const paper = papers[random.below(papers.length)];
    const after = paper?.publishedOn?.slice(0, 7);
    const category = paper?.categories[0];
    if (after?.length !== 7) continue;
    // Keywords of the Anthology are no categories.
    const isCategory = category !== undefined && /^[a-z-]+(\.[A-Za-z-]+)?$/.test(category);
    return { after, ...(isCategory && random.next() < 0.5 && { category }) };
  }
}

/** A query as it grows, at a few even distances, the last one a letter short of the whole. */
function whileTyping({ text }: BenchQuery): BenchQuery[] {
  const whole = text.length - 1;
  return Array.from({ length: STOPS_WHILE_TYPING }, (_, stop) => {
    const length = Math.round(((stop + 1) * whole) / STOPS_WHILE_TYPING);
    return text.slice(0, Math.max(length, SHORTEST_TYPED)).trim();
  }).map(queryOf);
}

function listed(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .filter(Boolean);
}
