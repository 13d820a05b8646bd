/**
 * Small models of a made-up language, and papers in it. Its words are of some topics, and words of
 * one topic are near each other in every model; but each model places the topics in its own way.
 */

import { writeModelFile } from '../../src/embedding/model-file-client.js';
import type { ModelSource } from '../../src/embedding/model-source.js';
import { quantisedModel, type TermModel } from '../../src/embedding/static-model.js';
import type { Paper } from '../../src/papers/paper.js';
import { termOf } from '../../src/text/analysis.js';
import { paper } from './papers.js';

const DIMENSIONS = 256;
const TOPICS = 24;
const WORDS_PER_TOPIC = 12;
const SYLLABLES = ['ba', 'ko', 'du', 'mi', 'ra', 'lo', 'gu', 'pa', 'zo', 'nu', 'ti', 'va'] as const;

/** How far a model departs from what all of them have in common. */
const OWN_NOISE = 0.3;

/** A word of a topic: `bakodurk` is one. */
export function wordOf(topic: number, number: number): string {
  const syllable = (at: number) => SYLLABLES[at % SYLLABLES.length];
  return `${syllable(topic)}${syllable(Math.floor(topic / SYLLABLES.length))}${syllable(number)}rk`;
}

/** A model of the language. Models of two seeds are turned to each other, and differ a little. */
export function smallModel(seed: number): TermModel {
  const common = normal(1);
  const own = normal(seed + 2);
  const words: string[] = [];
  const rows: number[] = [];
  for (let topic = 0; topic < TOPICS; topic += 1) {
    const centre = unit(common);
    for (let number = 0; number < WORDS_PER_TOPIC; number += 1) {
      const departure = unit(common);
      const noise = unit(own);
      const vector = centre.map(
        (value, at) => value + (departure[at] as number) + OWN_NOISE * (noise[at] as number),
      );
      words.push(termOf(wordOf(topic, number)));
      rows.push(...inOwnPlaces(vector, seed));
    }
  }
  return quantisedModel({
    name: `small-${seed}`,
    words,
    rows: Float32Array.from(rows),
    unknownScale: 0.1,
  });
}

export function smallSource(seed: number): ModelSource {
  return { kind: 'static', model: smallModel(seed) };
}

/** Writes a small model to a file, for the program itself. */
export async function writeSmallModel(path: string, seed: number): Promise<TermModel> {
  const model = smallModel(seed);
  await writeModelFile(path, model, {
    name: `small-${seed}`,
    version: '1.0.0',
    madeAt: '2026-11-20T12:00:00Z',
    licence: 'CC0-1.0',
    dimensions: DIMENSIONS,
    rows: TOPICS * WORDS_PER_TOPIC,
    data: [],
    settings: {},
    seed,
    trainedSeconds: 0,
    scores: [],
    notes: [],
  });
  return model;
}

/** So many papers, one after the other of all topics, in the first words of their topics. */
export function topicPapers(first: number, last: number): Paper[] {
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const { title, abstract } = topicText(first + at);
    return paper(`p${first + at}`, { title, abstract, revision: first + at });
  });
}

/** The text of a paper, as `topicPapers` has it. */
export function topicText(number: number): { readonly title: string; readonly abstract: string } {
  const topic = number % TOPICS;
  const words = Array.from({ length: 6 }, (_, at) => wordOf(topic, (number + at) % 8));
  return { title: `${words[0]} ${words[1]} number${number}`, abstract: words.slice(2).join(' ') };
}

/** Words of a topic that no paper has: it takes a model to find what they mean. */
export function otherWordsOf(topic: number): string {
  return [8, 9, 10, 11].map((number) => wordOf(topic, number)).join(' ');
}

/** The topic of a paper of `topicPapers`, by its id. */
export function topicOf(id: string): number {
  return Number(id.slice(1)) % TOPICS;
}

/** Each model has its own order of the dimensions, and its own signs. */
function inOwnPlaces(vector: readonly number[], seed: number): number[] {
  return vector.map((_, at) => {
    const value = vector[(at * (2 * seed + 75) + seed) % DIMENSIONS] as number;
    return at % (seed + 1) === 0 ? -value : value;
  });
}

function unit(draw: () => number): number[] {
  const vector = Array.from({ length: DIMENSIONS }, draw);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

/** Numbers of a bell curve, nearly: sums of some even ones. */
function normal(seed: number): () => number {
  let state = seed;
  const even = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return () => even() + even() + even() + even();
}
