/**
 * A judged set: documents, queries, and how relevant people found the one to the other, in the
 * layout of the BEIR collection. Parsing looks at one line at a time and says what is wrong with
 * it; a measure over a set that lost some lines would look as good as one over all.
 */

import { z } from 'zod';
import type { PartialDate } from '../../papers/dates.js';
import type { Identifier, PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { cleanLine, cleanText, type Problem, shown } from '../../papers/record.js';
import { type Grades, isRelevant } from './measures.js';

/** A text to be found. */
export type JudgedDocument = {
  readonly id: PaperId;
  /** May be empty. */
  readonly title: string;
  readonly text: string;
};

/** A text whose answers are known. */
export type JudgedQuery = {
  readonly id: string;
  readonly text: string;
  /** The document that the query is itself, which is no answer to it. */
  readonly ownDocument?: PaperId;
  /** All documents that were judged for it, without its own. */
  readonly grades: Grades<PaperId>;
};

export type JudgedSet = {
  readonly documents: readonly JudgedDocument[];
  /** Those with at least one relevant document, in the order of the file. */
  readonly queries: readonly JudgedQuery[];
  /** Judged queries left out because nothing is relevant to them. */
  readonly queriesWithoutAnswer: number;
  /** Relevant documents that the set lacks; they count as never found. */
  readonly answersMissing: number;
};

/** One judgement, as its line states it. */
export type Judgement = {
  readonly query: string;
  readonly document: PaperId;
  readonly grade: number;
  /** File and line. */
  readonly where: string;
};

export type AskedQuery = Pick<JudgedQuery, 'id' | 'text'>;

/** What a line gave: an item, nothing where it is blank, or why it cannot be used. */
export type Read<Item> = { readonly item?: Item; readonly problem?: Problem };

/** What catalogues store of an abstract at most; a longer text is a whole paper. */
const LONGEST_TEXT = 100_000;

/**
 * What CSFCube puts behind the id of a document when the query is that document seen from one
 * side. Other sets put numbers behind ids, of queries that their document does answer.
 */
const FACETS: readonly string[] = ['background', 'method', 'result'];

/** Undated papers need an edition all the same; no measure looks at it. */
const ANY_EDITION = '2000' as PartialDate;

const id = z.union([z.string().min(1), z.int()]);

const documentRow = z.object({ _id: id, title: z.string().nullish(), text: z.string() });

const queryRow = z.object({ _id: id, text: z.string() });

const EXPECTED: Readonly<Record<string, string>> = {
  _id: 'a text or a whole number',
  title: 'a text',
  text: 'a text',
};

/** A line of `corpus.jsonl`. Ids stay as they are. */
export function parseDocument(line: string, where: string): Read<JudgedDocument> {
  const { item: row, ...refusal } = parseRow(documentRow, line, where);
  if (!row) return refusal;
  const { _id, title, text } = row;
  if (text.length > LONGEST_TEXT) {
    return problem(
      where,
      `The text has ${text.length} characters; at most ${LONGEST_TEXT} are read.`,
    );
  }
  return {
    item: { id: String(_id) as PaperId, title: cleanLine(title ?? ''), text: cleanText(text) },
  };
}

/** A line of `queries.jsonl`. */
export function parseAskedQuery(line: string, where: string): Read<AskedQuery> {
  const { item: row, ...refusal } = parseRow(queryRow, line, where);
  return row ? { item: { id: String(row._id), text: row.text } } : refusal;
}

/** A line of `qrels.tsv`: query, document and grade with tabs between. */
export function parseJudgement(line: string, where: string): Read<Judgement> {
  if (!line.trim()) return {};
  const [query, document, grade, ...others] = line.split('\t');
  if (!query || !document || grade === undefined || others.length > 0) {
    return problem(where, 'The line does not have three columns with tabs between.');
  }
  if (!/^-?\d{1,6}$/.test(grade.trim())) {
    return problem(where, `The grade is not a whole number: ${shown(grade)}.`);
  }
  return { item: { query, document: document as PaperId, grade: Number(grade), where } };
}

/** Whether the first line of `qrels.tsv` names its columns, as BEIR has it. */
export function isHeader(line: string): boolean {
  return /^query-?id\t/i.test(line);
}

/**
 * Documents, queries and judgements as one set, or what they contradict each other in. Queries
 * that nobody judged belong to another part of the collection and are left out.
 *
 * @param queriesFile - how the queries are called in problems
 */
export function joinSet(
  parts: {
    readonly documents: readonly JudgedDocument[];
    readonly queries: readonly AskedQuery[];
    readonly judgements: readonly Judgement[];
  },
  queriesFile: string,
): { readonly set: JudgedSet; readonly problems: readonly Problem[] } {
  const { documents, queries, judgements } = parts;
  const ids = new Set(documents.map((document) => document.id));
  const asked = new Set(queries.map((query) => query.id));
  const problems: Problem[] = [];
  const missing = new Set<PaperId>();
  const gradesByQuery = new Map<string, Map<PaperId, number>>();

  for (const { query, document, grade, where } of judgements) {
    const grades = gradesByQuery.get(query) ?? new Map<PaperId, number>();
    gradesByQuery.set(query, grades);
    const known = grades.get(document);
    if (!asked.has(query)) {
      problems.push({ where, reason: `There is no query ${shown(query)} in ${queriesFile}.` });
    } else if (known !== undefined && known !== grade) {
      problems.push({ where, reason: `An earlier line gives the grade ${known}.` });
    }
    if (document === ownDocumentOf(query, ids)) continue;
    if (isRelevant(grade) && !ids.has(document)) missing.add(document);
    grades.set(document, grade);
  }

  const judged = queries.flatMap(({ id: query, text }): JudgedQuery[] => {
    const grades = gradesByQuery.get(query);
    if (!grades) return [];
    const ownDocument = ownDocumentOf(query, ids);
    return [{ id: query, text, ...(ownDocument !== undefined && { ownDocument }), grades }];
  });
  const answerable = judged.filter(({ grades }) => [...grades.values()].some(isRelevant));
  const set = {
    documents,
    queries: answerable,
    queriesWithoutAnswer: judged.length - answerable.length,
    answersMissing: missing.size,
  };
  return { set, problems };
}

/** The document as a paper of the catalogue, under its own id. */
export function toPaper({ id: paperId, title, text }: JudgedDocument, revision: number): Paper {
  return {
    id: paperId,
    identifiers: [`local:${paperId}` as Identifier],
    title,
    abstract: text,
    authors: [],
    categories: [],
    links: [],
    versions: [],
    provenance: {},
    withdrawn: false,
    editionOn: ANY_EDITION,
    isSample: false,
    revision,
    addedAtMs: 0,
    changedAtMs: 0,
  };
}

/** The document that a query is, by its id alone or with a facet behind it. */
function ownDocumentOf(query: string, ids: ReadonlySet<PaperId>): PaperId | undefined {
  const facetAt = query.lastIndexOf('_');
  const candidates = FACETS.includes(query.slice(facetAt + 1))
    ? [query, query.slice(0, Math.max(facetAt, 0))]
    : [query];
  return (candidates as PaperId[]).find((candidate) => ids.has(candidate));
}

function parseRow<Row>(schema: z.ZodType<Row>, line: string, where: string): Read<Row> {
  if (!line.trim()) return {};
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return problem(where, 'The line is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return problem(where, 'The line is not a JSON object.');
  }
  const { data, error } = schema.safeParse(value);
  if (!error) return { item: data };
  const field = String(error.issues[0]?.path[0]);
  const isThere = field in value;
  return problem(
    where,
    isThere
      ? `The field "${field}" must be ${EXPECTED[field]}.`
      : `The field "${field}" is missing.`,
  );
}

function problem(where: string, reason: string): { readonly problem: Problem } {
  return { problem: { where, reason } };
}
