/**
 * `tsx bench/fusion.ts`: which fusion of words and meaning ranks best on the judged sets, and what
 * its constants cost. Prints the tables that docs/relevance.md keeps; to be run again whenever
 * the embedder changes, and then `src/search/fusion.ts` set by them.
 *
 * Every way to fuse is tried on the same two scores of every paper. One with a weight is shown at
 * the weight that is best over all sets, which flatters what was refused as much as what was
 * chosen; how it does with a weight that the other sets chose is a row of its own.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Embedder } from '../src/embedding/embedder.js';
import { embedderOf } from '../src/embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../src/embedding/model-source-client.js';
import { candidatesFor, LEAST_SIMILARITY, MEANING_WEIGHT } from '../src/search/fusion.js';
import { readJudgedSet } from '../src/search/relevance/judged-set-client.js';
import {
  bootstrapInterval,
  isRelevant,
  meanOf,
  ndcgAt,
  recallAt,
} from '../src/search/relevance/measures.js';
import {
  BUILT,
  type Candidate,
  type Candidates,
  candidatesOf,
  type Depth,
  FUSIONS,
} from './fusion/fusions.js';
import { dot, type Features, learn, SCORES_AND_QUERY, TWO_SCORES } from './fusion/learned.js';
import { type ScoredQuery, type ScoredSet, scoredSet } from './fusion/scored-queries.js';
import { createRandom } from './random.js';
import { hundredths, table } from './tables.js';

const EMBEDDER: Embedder = embedderOf(await openModelSource(process.argv[2] ?? BUILT_IN));

const FOLDER = fileURLToPath(new URL('../../shared/data/ir/', import.meta.url));

/** As in the folder, and as in tables. */
const SETS = { scifact: 'SciFact', nfcorpus: 'NFCorpus', csfcube: 'CSFCube', scitldr: 'SciTLDR' };

type SetName = keyof typeof SETS;

const SET_NAMES = Object.keys(SETS) as SetName[];

/** The one whose documents were judged in pools, which are a column of their own. */
const POOLED: SetName = 'csfcube';

/** What is tried for the constants of fusion.ts, each with the others as they are. */
const DEPTHS = [10, 20, 30, 50, 100, 200, 400];
const LEAST_SIMILARITIES = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45];

/** Queries of words that nobody uses. */
const NONSENSE_QUERIES = 300;
const MOST_NONSENSE_WORDS = 4;
const NONSENSE_LETTERS = 'bcdfghjklmnpqrstvwxz';

const RESULTS_SHOWN = 10;
const RESULTS_RECALLED = 100;

/** What the engine fuses for a first page. */
const BUILT_DEPTH: Depth = {
  ...candidatesFor(RESULTS_SHOWN),
  leastSimilarity: LEAST_SIMILARITY,
};

type ScoreOf = (paper: Candidate, found: Candidates) => number;

/** A column of the tables. */
type Column = {
  readonly name: string;
  readonly set: SetName;
  readonly queries: readonly ScoredQuery[];
  readonly found: readonly Candidates[];
  /** nDCG@10 of every query by words alone, with which all is compared. */
  readonly byWords: readonly number[];
  /** Whether it counts in the mean: no set does twice. */
  readonly isWhole: boolean;
};

async function main(): Promise<void> {
  if (!existsSync(FOLDER)) {
    say(`Skipped: There is no ${FOLDER}.`);
    return;
  }
  const nonsense = nonsenseQueries();
  const sets = new Map<SetName, ScoredSet>();
  for (const set of SET_NAMES) {
    say(`Asking the queries of ${SETS[set]} …`);
    sets.set(set, await scoredSet(await readJudgedSet(`${FOLDER}${set}`), EMBEDDER, nonsense));
  }
  const columns = columnsOf(sets);
  const tables = [
    [`nDCG@10 in hundredths, ${EMBEDDER.modelId}`, fusionRows(columns, sets)],
    ['nDCG@10 by the number of candidates of either kind', depthRows(columns)],
    ['What is found by meaning alone', similarityRows(sets)],
  ] as const;
  for (const [title, rows] of tables) process.stdout.write(`${title}\n\n${table(rows)}\n\n`);
}

function columnsOf(sets: ReadonlyMap<SetName, ScoredSet>): Column[] {
  return [...sets].flatMap(([set, { all, pooled }]) => {
    const columnOf = (name: string, queries: readonly ScoredQuery[], isWhole: boolean): Column => {
      const found = queries.map((query) => candidatesOf(query, BUILT_DEPTH));
      const byWords = ndcgs(found, ({ words }) => words);
      return { name, set, queries, found, byWords, isWhole };
    };
    return set === POOLED
      ? [columnOf(`${SETS[set]}, pool`, pooled, false), columnOf(`${SETS[set]}, all`, all, true)]
      : [columnOf(SETS[set], all, true)];
  });
}

function fusionRows(columns: readonly Column[], sets: ReadonlyMap<SetName, ScoredSet>): string[][] {
  const row = (name: string, weight: string, scoreOf: (column: Column) => ScoreOf) => {
    const values = columns.map((column) => ndcgs(column.found, scoreOf(column)));
    return [
      name,
      weight,
      ...values.map((each, at) => cell(each, columns[at]?.byWords ?? each)),
      hundredths(meanOfSets(values, columns)),
    ];
  };
  const groups = Map.groupBy(FUSIONS, ({ group }) => group);
  return [
    ['', 'weight', ...columns.map(({ name }) => name), 'mean'],
    row(
      'words alone',
      '',
      () =>
        ({ words }) =>
          words,
    ),
    ['meaning alone', '', ...columns.map(byMeaningAlone)],
    [
      'as the engine has it',
      String(MEANING_WEIGHT),
      ...columns.map(({ set, isWhole }) => {
        const figures = isWhole ? sets.get(set)?.built : undefined;
        return figures ? hundredths(figures.ndcgAt10) : '';
      }),
      '',
    ],
    ...BUILT.weights.map((weight) =>
      row(BUILT.name, String(weight), () => (paper, found) => BUILT.scoreOf(paper, found, weight)),
    ),
    row(`${BUILT.name}, weight by the other sets`, '', ({ set }) => {
      const others = columns.filter((column) => column.set !== set);
      const weight = bestWeight(others, BUILT.weights, BUILT.scoreOf);
      return (paper, found) => BUILT.scoreOf(paper, found, weight);
    }),
    ...[...groups].flatMap(([group, fusions]) => [
      [`*${group}*`],
      ...fusions.map(({ name, weights, scoreOf }) => {
        const weight = bestWeight(columns, weights, scoreOf);
        return row(
          name,
          weights.length > 1 ? String(weight) : '',
          () => (paper, found) => scoreOf(paper, found, weight),
        );
      }),
    ]),
    ['*learned from the other sets*'],
    row('two scores', '', learnedFrom(columns, TWO_SCORES)),
    row('seven features', '', learnedFrom(columns, SCORES_AND_QUERY)),
  ];
}

function byMeaningAlone({ queries, byWords }: Column): string {
  const depth = { byWords: 0, byMeaning: RESULTS_SHOWN, leastSimilarity: -1 };
  const found = queries.map((query) => candidatesOf(query, depth));
  return cell(
    ndcgs(found, ({ meaning }) => meaning),
    byWords,
  );
}

/** No set is ranked by what it taught. */
function learnedFrom(
  columns: readonly Column[],
  featuresOf: Features,
): (column: Column) => ScoreOf {
  const learned = new Map<SetName, readonly number[]>();
  return ({ set }) => {
    const others = columns.filter((column) => column.isWhole && column.set !== set);
    const weights =
      learned.get(set) ??
      learn(
        others.map(({ found }) => found),
        featuresOf,
      );
    learned.set(set, weights);
    return (paper, found) => dot(featuresOf(paper, found), weights);
  };
}

function bestWeight(
  columns: readonly Column[],
  weights: readonly number[],
  scoreOf: (paper: Candidate, found: Candidates, weight: number) => number,
): number {
  const means = weights.map((weight) => {
    const values = columns.map(({ found }) =>
      ndcgs(found, (paper, all) => scoreOf(paper, all, weight)),
    );
    return meanOfSets(values, columns);
  });
  return weights[means.indexOf(Math.max(...means))] ?? 0;
}

function meanOfSets(values: readonly (readonly number[])[], columns: readonly Column[]): number {
  return meanOf(values.filter((_, at) => columns[at]?.isWhole).map(meanOf));
}

function depthRows(columns: readonly Column[]): string[][] {
  return [
    ['candidates', ...columns.map(({ name }) => name)],
    ...DEPTHS.map((depth) => [
      String(depth),
      ...columns.map(({ queries }) => {
        const settings = { ...BUILT_DEPTH, byWords: depth, byMeaning: depth };
        return hundredths(
          meanOf(
            ndcgs(
              queries.map((it) => candidatesOf(it, settings)),
              built,
            ),
          ),
        );
      }),
    ]),
  ];
}

/**
 * What it costs and saves to ask for more nearness of papers without any of the words: of the
 * relevant ones, how many are among the nearest and near enough; and how many queries of words
 * that do not exist are answered.
 */
function similarityRows(sets: ReadonlyMap<SetName, ScoredSet>): string[][] {
  const whole = [...sets.values()];
  const wordless = whole.flatMap(({ all }) => all).flatMap(wordlessAnswers);
  const nonsense = whole.flatMap((set) => set.nonsense);
  return [
    [
      'at least',
      `of ${wordless.length} answers without words`,
      ...SET_NAMES.map((set) => `recall@100, ${SETS[set]}`),
      'nonsense answered',
    ],
    ...LEAST_SIMILARITIES.map((leastSimilarity) => [
      String(leastSimilarity),
      String(wordless.filter((similarity) => similarity >= leastSimilarity).length),
      ...whole.map(({ all }) => {
        const recalls = all.map((query) => {
          const found = candidatesOf(query, {
            ...candidatesFor(RESULTS_RECALLED),
            leastSimilarity,
          });
          return recallAt(RESULTS_RECALLED, ranked(found, built), found.grades);
        });
        return hundredths(meanOf(recalls));
      }),
      `${hundredths(meanOf(nonsense.map((nearest) => (nearest >= leastSimilarity ? 1 : 0))))} %`,
    ]),
  ];
}

/** The similarities of relevant papers that have no word of the query and are among the nearest. */
function wordlessAnswers({ papers, grades }: ScoredQuery): number[] {
  const nearest = papers
    .toSorted((a, b) => b.meaning - a.meaning)
    .slice(0, BUILT_DEPTH.byMeaning)
    .map(({ id }) => id);
  const near = new Set(nearest);
  return papers
    .filter(({ id, words }) => words === 0 && isRelevant(grades.get(id) ?? 0))
    .map(({ id, meaning }) => (near.has(id) ? meaning : Number.NEGATIVE_INFINITY));
}

function built(paper: Candidate, found: Candidates): number {
  return BUILT.scoreOf(paper, found, MEANING_WEIGHT);
}

function ndcgs(queries: readonly Candidates[], scoreOf: ScoreOf): number[] {
  return queries.map((found) => ndcgAt(RESULTS_SHOWN, ranked(found, scoreOf), found.grades));
}

function ranked(found: Candidates, scoreOf: ScoreOf): Candidate['id'][] {
  return found.papers
    .map((paper) => ({ id: paper.id, score: scoreOf(paper, found) }))
    .sort((a, b) => b.score - a.score)
    .map(({ id }) => id);
}

/** A mean, with a star where its difference from words alone is beyond chance. */
function cell(values: readonly number[], byWords: readonly number[]): string {
  const [low, high] = bootstrapInterval(values.map((value, at) => value - (byWords[at] ?? 0)));
  return hundredths(meanOf(values)) + (low > 0 || high < 0 ? '*' : '');
}

function nonsenseQueries(): string[] {
  const random = createRandom(5);
  const word = () =>
    Array.from({ length: 4 + random.below(5) }, () =>
      NONSENSE_LETTERS.charAt(random.below(NONSENSE_LETTERS.length)),
    ).join('');
  return Array.from({ length: NONSENSE_QUERIES }, () =>
    Array.from({ length: 1 + random.below(MOST_NONSENSE_WORDS) }, word).join(' '),
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await main();
