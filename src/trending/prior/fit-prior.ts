/**
 * Learning a prior from dated lists. The days are parted in time: from the first the weights are
 * learned, by the next the way of learning and its prices are chosen, and the last, which nothing
 * was chosen by, are what the result is measured on.
 */

import { createHash } from 'node:crypto';
import { NO_FIELD } from '../field-activity.js';
import { type PriorSettings, priorLeft } from '../standing-sums.js';
import { weightOfEach } from '../weights.js';
import { type Columns, columnsFor, countFields, type ReadPaper, valuesOf } from './design.js';
import type { DailyList, ListedPaper } from './engagement.js';
import { type Moments, momentsOf, type Prices, pairwise, ridge } from './fit-weights.js';
import type { PriorModel, PriorScore } from './prior-model.js';
import { kendallTau } from './rank-measures.js';
import {
  type CentredList,
  centred,
  dot,
  less,
  meanValues,
  type RankedList,
  type Row,
  spreads,
} from './ranked-lists.js';

/** How orders are judged: handed in, since the search measures itself by the same. */
export type Measures = {
  readonly ndcgAt: (
    depth: number,
    ranked: readonly string[],
    grades: ReadonlyMap<string, number>,
  ) => number;
  readonly interval: (values: readonly number[]) => readonly [number, number];
};

export type FitInput = {
  readonly lists: readonly DailyList[];
  /** By arXiv number; papers that are missing are left out. */
  readonly papers: ReadonlyMap<string, ReadPaper>;
  /** Of the vectors. */
  readonly modelId: string;
  readonly name: string;
  readonly seed: number;
  readonly measures: Measures;
  readonly prior: PriorSettings;
};

export type Fit = {
  readonly prior: PriorModel;
  /** Orders of the lists that were looked at twice, on few days. */
  readonly seenTwice: readonly PriorScore[];
};

/** Shorter lists have hardly an order. */
const SHORTEST_LIST = 5;
const SHORTEST_SEEN_TWICE = 3;

/** Of the days. */
const MEASURED_SHARE = 0.2;
const CHOSEN_SHARE = 0.2;

const DEPTH = 10;

const PRICES_OF_FEATURES = [0.003, 0.03, 0.3];
const PRICES_OF_VECTOR = [0.03, 0.1, 0.3, 1, 3];
const LEFT_OUT = 1e9;

/** So that chance is no luck. */
const SHUFFLES = 50;

type Part = 'both' | 'features' | 'vector';
/** What may be learned from: before the choice, and after it. */
type Diet = {
  readonly words: string;
  readonly before: readonly DailyList[];
  readonly after: readonly DailyList[];
};
type Trained = {
  readonly weights: Float64Array;
  readonly method: string;
  readonly learnedFrom: readonly DailyList[];
};
type Learn = (lists: readonly CentredList[], moments: Moments, prices: Prices) => Float64Array;

const METHODS: Readonly<Record<string, Learn>> = {
  ridge: (_, moments, prices) => ridge(moments, prices),
  pairwise: (lists, _, prices) => pairwise(lists, prices),
};

/** @throws RangeError if there are too few days to learn, choose and measure by */
export function fitPrior(input: FitInput, onStep: (words: string) => void = () => {}): Fit {
  const { papers, seed, measures } = input;
  const spans = partedInTime(withLength(input.lists, (arxiv) => papers.has(arxiv)));
  const hasAbstract = (arxiv: string) => papers.get(arxiv)?.facts.abstract !== '';
  // What a catalogue holds has abstracts, so nothing else is ranked. Titles alone may be learned
  // from, if that turns out to help.
  const whole = {
    learned: withLength(spans.learned, hasAbstract),
    chosen: withLength(spans.chosen, hasAbstract),
    measured: withLength(spans.measured, hasAbstract),
  };
  const columns = columnsFor(readOf(spans.learned, papers));
  const rowsOf = (some: readonly DailyList[]) => some.map((list) => ranked(list, columns, papers));
  const measured = rowsOf(whole.measured);
  const scale = scalesOf(rowsOf(whole.learned).map(centred), columns);
  const prepared = (some: readonly DailyList[]) => scaledAll(rowsOf(some).map(centred), scale);
  const chosenBy = prepared(whole.chosen);
  const diets: readonly Diet[] = [
    { words: 'with abstracts', before: whole.learned, after: [...whole.learned, ...whole.chosen] },
    { words: 'with or without', before: spans.learned, after: [...spans.learned, ...spans.chosen] },
  ].filter(({ before }, at) => at === 0 || papersIn(before) > papersIn(whole.learned));
  const fitted = (part: Part): Trained => {
    const best = diets
      .map((diet) => ({ diet, ...choose(part, columns, prepared(diet.before), chosenBy) }))
      .reduce((a, b) => (b.tau > a.tau ? b : a));
    const method = `${best.words}, learned from papers ${best.diet.words}`;
    onStep(`${part}: ${method}; tau ${best.tau.toFixed(3)} on the days it was chosen by`);
    const again = prepared(best.diet.after);
    const learnedAgain = best.learn(again, momentsOf(again, columns.width), best.prices);
    const factor = stretch(best.weights, chosenBy);
    const weights = learnedAgain.map((weight, at) => (weight * factor) / (scale[at] as number));
    return { weights, method, learnedFrom: best.diet.after };
  };
  const both = fitted('both');
  const features = fitted('features');
  const vector = fitted('vector');
  const usual = meanValues(rowsOf(both.learnedFrom).flatMap(({ rows }) => rows.map(valuesIn)));
  const scoresBy = (weights: Float64Array) => (row: Row) => dot(less(row.values, usual), weights);
  const bySubmission = (row: Row) => -submissionOf(row.arxiv);
  const scores = [
    orderScore('the prior', measured, [scoresBy(both.weights)], measures),
    orderScore('the prior, first sight only', measured, [scoresBy(features.weights)], measures),
    orderScore('the prior, vector only', measured, [scoresBy(vector.weights)], measures),
    orderScore('order of submission', measured, [bySubmission], measures),
    orderScore('chance', measured, shuffles(seed), measures),
  ];
  return {
    prior: modelOf(both, columns, usual, {
      ...input,
      learnedFrom: readOf(both.learnedFrom, papers),
      scores,
      spans: [
        spanOf('learned', spans.learned),
        spanOf('chosen', whole.chosen),
        spanOf('measured', whole.measured),
      ],
    }),
    seenTwice: seenTwice(input.lists, columns, scoresBy(both.weights), input),
  };
}

function valuesIn({ values }: Row): Float64Array {
  return values;
}

/** Lists of the papers that are wanted, if they are long enough. */
function withLength(
  lists: readonly DailyList[],
  isWanted: (arxiv: string) => boolean,
  shortest: number = SHORTEST_LIST,
): DailyList[] {
  return lists
    .map(({ day, papers }) => ({ day, papers: papers.filter(({ arxiv }) => isWanted(arxiv)) }))
    .filter(({ papers }) => papers.length >= shortest);
}

function partedInTime(lists: readonly DailyList[]) {
  const measured = Math.floor(lists.length * MEASURED_SHARE);
  const chosen = Math.floor(lists.length * CHOSEN_SHARE);
  if (measured < 2 || chosen < 2) {
    throw new RangeError(`${lists.length} lists of ${SHORTEST_LIST} papers are too few`);
  }
  const learned = lists.length - measured - chosen;
  return {
    learned: lists.slice(0, learned),
    chosen: lists.slice(learned, learned + chosen),
    measured: lists.slice(learned + chosen),
  };
}

function readOf(lists: readonly DailyList[], papers: FitInput['papers']): ReadPaper[] {
  return lists.flatMap((list) => list.papers.map(({ arxiv }) => papers.get(arxiv) as ReadPaper));
}

function ranked(list: DailyList, columns: Columns, papers: FitInput['papers']): RankedList {
  return {
    day: list.day,
    rows: list.papers.map(({ arxiv, last }) => ({
      arxiv,
      upvotes: last,
      values: valuesOf(columns, papers.get(arxiv) as ReadPaper),
    })),
  };
}

/** By what columns are divided: each feature by its spread, the vector's numbers by their common. */
function scalesOf(lists: readonly CentredList[], { features, width }: Columns): Float64Array {
  const own = spreads(lists, width);
  const ofVector = own.subarray(features.length);
  const common = Math.sqrt(ofVector.reduce((sum, each) => sum + each ** 2 / ofVector.length, 0));
  return own.map((spread, at) => (at < features.length ? spread : common));
}

function scaledAll(lists: readonly CentredList[], scale: Float64Array): CentredList[] {
  return lists.map(({ values, gains }) => ({
    gains,
    values: values.map((row) => row.map((value, at) => value / (scale[at] as number))),
  }));
}

/** The way of learning whose weights order the lists of the second span best. */
function choose(
  part: Part,
  columns: Columns,
  learned: readonly CentredList[],
  chosenBy: readonly CentredList[],
) {
  const moments = momentsOf(learned, columns.width);
  const pricesOfFeatures = part === 'vector' ? [LEFT_OUT] : PRICES_OF_FEATURES;
  const pricesOfVector = part === 'features' ? [LEFT_OUT] : PRICES_OF_VECTOR;
  const tried = Object.entries(METHODS).flatMap(([method, learn]) =>
    pricesOfFeatures.flatMap((ofFeatures) =>
      pricesOfVector.map((ofVector) => {
        const prices = Float64Array.from({ length: columns.width }, (_, at) =>
          at < columns.features.length ? ofFeatures : ofVector,
        );
        const weights = learn(learned, moments, prices);
        const taus = chosenBy.map(({ values, gains }) =>
          kendallTau(
            values.map((row) => dot(row, weights)),
            gains,
          ),
        );
        const tau = meanOf(taus.filter((each) => each !== undefined));
        const words = `${method}, prices ${ofFeatures} and ${ofVector}`;
        return { learn, prices, weights, tau, words };
      }),
    ),
  );
  return tried.reduce((best, each) => (each.tau > best.tau ? each : best));
}

/** By what scores are multiplied to be nearest to log(1 + upvotes) of lists they do not know. */
function stretch(weights: Float64Array, lists: readonly CentredList[]): number {
  let products = 0;
  let squares = 0;
  for (const { values, gains } of lists) {
    for (const [at, row] of values.entries()) {
      const score = dot(row, weights);
      products += score * (gains[at] as number);
      squares += score ** 2;
    }
  }
  return squares > 0 ? Math.max(0, products / squares) : 0;
}

/** Numbers of arXiv sort in the order of submission, but for those before 2007. */
function submissionOf(arxiv: string): number {
  return Number.parseFloat(
    arxiv.replace(
      /^(\d{4})\.(\d{4,5}).*$/,
      (_, month, number) => `${month}${String(number).padStart(5, '0')}`,
    ),
  );
}

/** The mean over days of how each day's list is ordered; over several orders, of their means. */
function orderScore(
  order: string,
  lists: readonly RankedList[],
  scores: readonly ((row: Row) => number)[],
  { ndcgAt, interval }: Measures,
): PriorScore {
  const days = lists.map(({ rows }) => {
    const upvotes = rows.map((row) => row.upvotes);
    const grades = new Map(rows.map((row) => [row.arxiv, row.upvotes]));
    const found = scores.map((score) => {
      const values = rows.map(score);
      const order = rows
        .map(({ arxiv }, at) => ({ arxiv, value: values[at] as number }))
        .sort((a, b) => b.value - a.value || (a.arxiv < b.arxiv ? -1 : 1))
        .map(({ arxiv }) => arxiv);
      return { ndcg: ndcgAt(DEPTH, order, grades), tau: kendallTau(values, upvotes) ?? 0 };
    });
    return { ndcg: meanOf(found.map((f) => f.ndcg)), tau: meanOf(found.map((f) => f.tau)) };
  });
  const ndcgs = days.map(({ ndcg }) => ndcg);
  const taus = days.map(({ tau }) => tau);
  return {
    order,
    ndcgAt10: rounded(meanOf(ndcgs)),
    ndcgInterval: roundedSpan(interval(ndcgs)),
    tau: rounded(meanOf(taus)),
    tauInterval: roundedSpan(interval(taus)),
    days: days.length,
  };
}

/** Orders by chance, the same for the same seed. */
function shuffles(seed: number): ((row: Row) => number)[] {
  return Array.from({ length: SHUFFLES }, (_, number) => ({ arxiv }: Row) => {
    const hash = createHash('sha256').update(`${seed} ${number} ${arxiv}`).digest();
    return hash.readUInt32BE(0);
  });
}

/** On papers whose list was looked at twice: what the first look tells of the last. */
function seenTwice(
  lists: readonly DailyList[],
  columns: Columns,
  score: (row: Row) => number,
  { papers, measures, prior }: FitInput,
): PriorScore[] {
  const looked = new Map<string, ListedPaper>();
  for (const paper of lists.flatMap((list) => list.papers)) {
    if (paper.isSeenTwice && papers.has(paper.arxiv)) looked.set(paper.arxiv, paper);
  }
  const some = withLength(lists, (arxiv) => looked.has(arxiv), SHORTEST_SEEN_TWICE).map((list) =>
    ranked(list, columns, papers),
  );
  if (some.length === 0) return [];
  const first = ({ arxiv }: Row) => {
    const upvotes = looked.get(arxiv)?.first ?? 0;
    return upvotes * weightOfEach('upvotes', upvotes);
  };
  const together = (row: Row) => {
    const votes = Math.min(prior.most, prior.usual * Math.exp(score(row)));
    return first(row) + priorLeft({ votes, atMs: 0 }, first(row), prior).worth;
  };
  return [
    orderScore('the prior', some, [score], measures),
    orderScore('upvotes at the first look', some, [first], measures),
    orderScore('both, by the formula', some, [together], measures),
  ];
}

function modelOf(
  { weights, method }: Trained,
  { features }: Columns,
  usual: Float64Array,
  facts: FitInput & {
    readonly learnedFrom: readonly ReadPaper[];
    readonly scores: readonly PriorScore[];
    readonly spans: PriorModel['spans'];
  },
): PriorModel {
  const kept = weights.map((weight) => Number(weight.toPrecision(4)));
  const vector = kept.subarray(features.length);
  const model = {
    model: facts.modelId,
    intercept: rounded(-dot(vector, usual.subarray(features.length))),
    features: Object.fromEntries(
      features.map((name, at) => [
        name,
        { weight: kept[at] as number, usual: rounded(usual[at] as number) },
      ]),
    ),
    vector: [...vector],
    fields: fieldsOf(facts.learnedFrom),
    isUseful: isClearlyBetter(facts.scores),
    method,
    seed: facts.seed,
    spans: facts.spans,
    scores: facts.scores,
  };
  const hash = createHash('sha256').update(JSON.stringify(model)).digest('hex').slice(0, 8);
  return { id: `${facts.name}-${hash}`, ...model };
}

/**
 * How many papers each field had. Where the fields of some papers are not known, they are taken to
 * be as those that are; fields with a single paper are likely no fields.
 */
function fieldsOf(papers: readonly ReadPaper[]): Readonly<Record<string, number>> {
  const counts = countFields(papers);
  const unknown = counts.get(NO_FIELD) ?? 0;
  const raised = papers.length / Math.max(1, papers.length - unknown);
  const fields = [...counts]
    .filter(([field, count]) => field !== NO_FIELD && count > 1)
    .map(([field, count]): [string, number] => [field, Math.round(count * raised)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries([[NO_FIELD, unknown], ...fields]);
}

/** Whether the prior's intervals lie above those of chance and of order of submission. */
function isClearlyBetter([prior, ...others]: readonly PriorScore[]): boolean {
  return others
    .filter(({ order }) => order === 'chance' || order === 'order of submission')
    .every(
      (other) =>
        prior !== undefined &&
        prior.ndcgInterval[0] > other.ndcgInterval[1] &&
        prior.tauInterval[0] > other.tauInterval[1],
    );
}

function spanOf(use: PriorModel['spans'][number]['use'], lists: readonly DailyList[]) {
  return {
    use,
    from: lists[0]?.day ?? '',
    until: lists.at(-1)?.day ?? '',
    days: lists.length,
    papers: papersIn(lists),
  };
}

function papersIn(lists: readonly DailyList[]): number {
  return lists.reduce((sum, { papers }) => sum + papers.length, 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

function roundedSpan([low, high]: readonly [number, number]): readonly [number, number] {
  return [rounded(low), rounded(high)];
}
