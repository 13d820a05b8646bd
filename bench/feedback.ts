/**
 * `tsx bench/feedback.ts [MODEL]`: whether feedback from the first results (`feedback.ts`) ranks
 * better on the judged sets, and what its settings cost. Prints the tables that docs/relevance.md
 * keeps; to be run again whenever the embedder changes.
 *
 * Feedback is for short queries, and of the sets only NFCorpus asks any. So each query of two
 * others is also asked by its two or four most telling words alone: as somebody would who
 * looks for a paper that they know. Such queries have one answer or few, and there feedback has
 * most to spoil.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Embedder } from '../src/embedding/embedder.js';
import { embedderOf } from '../src/embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../src/embedding/model-source-client.js';
import type { PaperId } from '../src/papers/identifiers.js';
import { FIELDS, rarityOf, scoreOf, weightOfPlace } from '../src/search/bm25f.js';
import {
  FEEDBACK,
  type FeedbackSettings,
  feedbackTerms,
  takesFeedback,
  termsOfUnits,
  type WrittenTerm,
} from '../src/search/feedback.js';
import { candidatesFor, fuse, LEAST_SIMILARITY } from '../src/search/fusion.js';
import { plainQuery } from '../src/search/plain-query.js';
import type { JudgedDocument, JudgedQuery, JudgedSet } from '../src/search/relevance/judged-set.js';
import { readJudgedSet } from '../src/search/relevance/judged-set-client.js';
import { bootstrapInterval, meanOf, ndcgAt, recallAt } from '../src/search/relevance/measures.js';
import { type Unit, unitsOf } from '../src/search/units.js';
import { analyse } from '../src/text/analysis.js';
import { type Candidate, type Candidates, candidatesOf } from './fusion/fusions.js';
import { type ScoredQuery, scoredSet } from './fusion/scored-queries.js';
import { hundredths, table } from './tables.js';

const FOLDER = fileURLToPath(new URL('../../shared/data/ir/', import.meta.url));

/** As in the folder, as in tables, and the numbers of words to which queries are also cut. */
const SETS = [
  { folder: 'scifact', name: 'SciFact', cuts: [2, 4] },
  { folder: 'nfcorpus', name: 'NFCorpus', cuts: [] },
  { folder: 'csfcube', name: 'CSFCube', cuts: [] },
  { folder: 'scitldr', name: 'SciTLDR', cuts: [2, 4] },
] as const;

const RESULTS_SHOWN = 10;
const RESULTS_RECALLED = 100;

/** What the engine fuses for a first page. */
const DEPTH = { ...candidatesFor(RESULTS_SHOWN), leastSimilarity: LEAST_SIMILARITY };

type Measure = (ids: readonly PaperId[], grades: ScoredQuery['grades']) => number;

/** Whether feedback only reorders what was found, or finds papers, too. */
type Scope = 'candidates' | 'all papers';

type Trial = {
  readonly name: string;
  readonly settings: FeedbackSettings;
  readonly scope: Scope;
};

const BUILT: Trial = { name: 'as built', settings: FEEDBACK, scope: 'candidates' };

const SECOND_SEARCH: Trial = {
  ...BUILT,
  name: 'a second search of all papers',
  scope: 'all papers',
};

/** Each with one setting unlike the engine's. */
const TRIALS: readonly Trial[] = [
  BUILT,
  ...[0.1, 0.2, 0.6, 1].map((weight) => varied(`β = ${weight}`, { weight })),
  ...[1, 2, 6, 8].map((mostUnits) => varied(`queries of up to ${mostUnits}`, { mostUnits })),
  varied('queries of any length', { mostUnits: Number.POSITIVE_INFINITY }),
  ...[0, 1, 2, 8].map((scorePower) => varied(`say by score to the ${scorePower}`, { scorePower })),
  ...[3, 5, 20].map((firstResults) => varied(`first ${firstResults} results`, { firstResults })),
  ...[5, 20, 40].map((mostTerms) => varied(`${mostTerms} terms`, { mostTerms })),
  ...[1, 3].map((fewestSharing) => varied(`terms in ${fewestSharing} results`, { fewestSharing })),
  SECOND_SEARCH,
];

/** What else is in a new order has the same first hundred, near enough. */
const FOR_RECALL: readonly Trial[] = [BUILT, SECOND_SEARCH];

/** A document by its words. */
type ReadDocument = {
  readonly words: readonly WrittenTerm[];
  /** Weighted places of each term. */
  readonly places: ReadonlyMap<string, number>;
};

type Texts = {
  readonly documents: ReadonlyMap<PaperId, ReadDocument>;
  readonly papersWithTerm: (term: string) => number;
};

/** A query as it was asked and scored, and as it is found without feedback. */
type Asked = {
  readonly units: readonly Unit[];
  readonly scored: ScoredQuery;
  readonly found: Candidates;
  /** The candidates without feedback, the best first. */
  readonly first: readonly { readonly id: PaperId; readonly score: number }[];
};

/** A column of the tables. */
type Column = {
  readonly name: string;
  readonly texts: Texts;
  readonly queries: readonly Asked[];
  /** How many queries are short enough for feedback as it is built. */
  readonly short: number;
};

async function main(): Promise<void> {
  if (!existsSync(FOLDER)) {
    say(`Skipped: There is no ${FOLDER}.`);
    return;
  }
  const embedder = embedderOf(await openModelSource(process.argv[2] ?? BUILT_IN));
  const columns: Column[] = [];
  for (const { folder, name, cuts } of SETS) {
    const set = await readJudgedSet(`${FOLDER}${folder}`);
    const texts = readTexts(set.documents);
    say(`Asking the queries of ${name} …`);
    columns.push(await columnOf(name, set, texts, embedder));
    for (const words of cuts) {
      const queries = set.queries.map((query) => cutTo(words, query, texts));
      const label = `${name}, ${words} words`;
      columns.push(await columnOf(label, { ...set, queries }, texts, embedder));
    }
  }
  const ndcg: Measure = (ids, grades) => ndcgAt(RESULTS_SHOWN, ids, grades);
  const recall: Measure = (ids, grades) => recallAt(RESULTS_RECALLED, ids, grades);
  for (const [title, rows] of [
    ['nDCG@10', rowsOf(columns, TRIALS, ndcg)],
    ['recall@100', rowsOf(columns, FOR_RECALL, recall)],
  ] as const) {
    process.stdout.write(`${title} in hundredths, ${embedder.modelId}\n\n${table(rows)}\n\n`);
  }
}

async function columnOf(
  name: string,
  set: JudgedSet,
  texts: Texts,
  embedder: Embedder,
): Promise<Column> {
  const { all } = await scoredSet(set, embedder, []);
  const queries = all.map((scored, at): Asked => {
    const found = candidatesOf(scored, DEPTH);
    const units = unitsOf(plainQuery(set.queries[at]?.text ?? '').terms);
    const first = found.papers
      .map(({ id, words, meaning }) => ({ id, score: fuse(words, found.most, meaning).score }))
      .sort((a, b) => b.score - a.score);
    return { units, scored, found, first };
  });
  return {
    name,
    texts,
    queries,
    short: queries.filter(({ units }) => takesFeedback(units)).length,
  };
}

function rowsOf(
  columns: readonly Column[],
  trials: readonly Trial[],
  measure: Measure,
): string[][] {
  const plain = columns.map(({ queries }) =>
    queries.map(({ first, scored }) => measure(idsOf(first), scored.grades)),
  );
  const tried = trials.map((trial) => {
    say(`Trying ${trial.name} …`);
    const changes = columns.map(({ queries, texts }, at) =>
      queries.map((query, index) => {
        if (!takesFeedback(query.units, trial.settings)) return 0;
        const ids = idsOf(ranked(query, texts, trial));
        return measure(ids, query.scored.grades) - (plain[at]?.[index] ?? 0);
      }),
    );
    return { trial, changes };
  });
  const built = tried.find(({ trial }) => trial === BUILT)?.changes ?? [];
  return [
    ['', ...columns.map(({ name }) => name)],
    ['short queries', ...columns.map(({ short, queries }) => `${short} of ${queries.length}`)],
    ['without feedback', ...plain.map((values) => hundredths(meanOf(values)))],
    ...tried.map(({ trial, changes }) => [trial.name, ...changes.map(changeCell)]),
    ['95 % interval, as built', ...built.map(intervalCell)],
  ];
}

/** The papers with feedback, the best first. */
function ranked(
  { units, scored, found, first }: Asked,
  { documents, papersWithTerm }: Texts,
  { settings, scope }: Trial,
): { readonly id: PaperId; readonly score: number }[] {
  const speaking = first.slice(0, settings.firstResults);
  const terms = feedbackTerms(
    speaking.map(({ id, score }) => ({ score, words: documents.get(id)?.words ?? [] })),
    {
      asked: termsOfUnits(units),
      most: found.most,
      papers: documents.size,
      papersWithTerm,
      fewestPapersWith: papersWithTerm,
      placesIn: (term, rank) => placesIn(documents, term, speaking[rank]?.id),
    },
    settings,
  );
  const raised = (paper: Pick<Candidate, 'id' | 'words' | 'meaning'>) => {
    let feedback = 0;
    for (const { term, weight } of terms) {
      feedback += scoreOf(weight, placesIn(documents, term, paper.id));
    }
    const { score } = fuse(paper.words, found.most, paper.meaning, feedback);
    return { id: paper.id, score, feedback };
  };
  const candidates = new Set(found.papers.map(({ id }) => id));
  const others =
    scope === 'candidates' ? [] : scored.papers.filter(({ id }) => !candidates.has(id));
  return [
    ...found.papers.map(raised),
    ...others.map(raised).filter(({ feedback }) => feedback > 0),
  ].sort((a, b) => b.score - a.score);
}

function placesIn(documents: Texts['documents'], term: string, id: PaperId | undefined): number {
  return (id === undefined ? undefined : documents.get(id)?.places.get(term)) ?? 0;
}

/** The documents by their words, as the engine weighs them. */
function readTexts(documents: readonly JudgedDocument[]): Texts {
  const read = documents.map(({ id, title, text }) => ({
    id,
    fields: [title, text].map((field) => analyse(field)),
  }));
  const lengthOf = (tokens: ReturnType<typeof analyse>) =>
    tokens.filter(({ isJoined }) => !isJoined).length;
  const averages = [0, 1].map((at) => meanOf(read.map(({ fields }) => lengthOf(fields[at] ?? []))));
  const papers = new Map<string, number>();
  const texts = read.map(({ id, fields }): [PaperId, ReadDocument] => {
    const places = new Map<string, number>();
    const words = new Map<string, WrittenTerm>();
    for (const [at, tokens] of fields.entries()) {
      const settings = FIELDS[at];
      if (!settings) continue;
      const weight = weightOfPlace(settings, lengthOf(tokens), averages[at] ?? 0);
      for (const { term, word } of tokens) {
        places.set(term, (places.get(term) ?? 0) + weight);
        words.set(word, { word, term });
      }
    }
    for (const term of places.keys()) papers.set(term, (papers.get(term) ?? 0) + 1);
    return [id, { words: [...words.values()], places }];
  });
  return { documents: new Map(texts), papersWithTerm: (term) => papers.get(term) ?? 0 };
}

/** The query by its so many most telling words, in their order. */
function cutTo(
  words: number,
  query: JudgedQuery,
  { documents, papersWithTerm }: Texts,
): JudgedQuery {
  const rarity = ({ words: [first] }: Unit) =>
    first ? rarityOf(papersWithTerm(first.term), documents.size) : 0;
  const single = unitsOf(plainQuery(query.text).terms).filter((unit) => unit.words.length === 1);
  const known = single.filter(({ words: [first] }) => papersWithTerm(first?.term ?? '') > 0);
  const kept = new Set(known.toSorted((a, b) => rarity(b) - rarity(a)).slice(0, words));
  const text = known.filter((unit) => kept.has(unit)).map(({ words: [first] }) => first?.word);
  return { ...query, text: text.join(' ') };
}

function varied(name: string, settings: Partial<FeedbackSettings>): Trial {
  return { ...BUILT, name, settings: { ...FEEDBACK, ...settings } };
}

function idsOf(papers: readonly { readonly id: PaperId }[]): PaperId[] {
  return papers.map(({ id }) => id);
}

/** A mean change, with a star where it is beyond chance. */
function changeCell(changes: readonly number[]): string {
  const [low, high] = bootstrapInterval(changes);
  return signed(meanOf(changes)) + (low > 0 || high < 0 ? '*' : '');
}

function intervalCell(changes: readonly number[]): string {
  return bootstrapInterval(changes).map(signed).join(' to ');
}

function signed(share: number): string {
  const value = hundredths(Math.abs(share));
  return value === '0.0' ? value : `${share < 0 ? '−' : '+'}${value}`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await main();
