/** A paper as programs read it, the same wherever it appears. */

import type { Context } from 'hono';
import { BroadsheetError } from '../errors.js';
import { type PaperId, paperPath, parseIdentifier } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { shown } from '../papers/record.js';
import { NO_STANDING, type Standing } from '../trending/evidence.js';
import { readerOf } from './bearer.js';
import type { ApiServices } from './services.js';

export type PaperJson = {
  readonly id: PaperId;
  readonly title: string;
  /** Raw text: may hold TeX. Empty when not known. */
  readonly abstract: string;
  readonly authors: readonly string[];
  readonly categories: readonly string[];
  /** Of the edition that it belongs to, as exactly as it is known. */
  readonly date: string;
  readonly withdrawn: boolean;
  /** Its page on this site. */
  readonly path: string;
  readonly votes: number;
  readonly comments: number;
  /** log2 of the decayed sum of what speaks for it; null while nothing does. */
  readonly hotness: number | null;
  /** Whether whoever asks votes for it; only told to a token that may read. */
  readonly voted?: boolean;
};

/** The papers for whoever asks, in their order. */
export async function paperJsons(
  { trending, votes }: Pick<ApiServices, 'trending' | 'votes'>,
  c: Context,
  papers: readonly Paper[],
): Promise<readonly PaperJson[]> {
  const ids = papers.map(({ id }) => id);
  const reader = readerOf(c);
  const [standings, voted] = await Promise.all([
    trending.standings(ids),
    reader && votes.votedFor(reader.id, ids),
  ]);
  return papers.map((paper) => ({
    ...paperJson(paper, standings.get(paper.id) ?? NO_STANDING),
    ...(voted && { voted: voted.has(paper.id) }),
  }));
}

/**
 * The paper of this name, or of any other that it has.
 *
 * @throws BroadsheetError `not_found`
 */
export async function paperNamed(
  { papers }: Pick<ApiServices, 'papers'>,
  name: string,
): Promise<Paper> {
  // What cannot name a paper is not looked up: databases refuse some of it.
  const paper = parseIdentifier(name) && (await papers.find(name));
  if (paper) return paper;
  throw new BroadsheetError('not_found', `There is no paper ${shown(name)} here.`);
}

function paperJson(paper: Paper, { votes, comments, hotness }: Standing): PaperJson {
  const { id, title, abstract, authors, categories, withdrawn } = paper;
  return {
    id,
    title,
    abstract,
    authors,
    categories,
    date: paper.editionOn,
    withdrawn,
    path: paperPath(id),
    votes,
    comments,
    hotness: hotness ?? null,
  };
}
