/** Papers as the database keeps them, and back. */

import type { Kysely, Selectable } from 'kysely';
import type { Day, PartialDate } from './dates.js';
import type { Identifier, PaperId } from './identifiers.js';
import type { MergedPaper } from './merge.js';
import type { Link, Paper, PaperVersion, Provenance } from './paper.js';
import { titleKey } from './title-key.js';

export type PaperTables = {
  papers: {
    id: string;
    title: string;
    abstract: string;
    authors: string;
    categories: string;
    links: string;
    versions: string;
    provenance: string;
    venue: string | null;
    comment: string | null;
    published_on: string | null;
    updated_on: string | null;
    announced_on: string | null;
    edition_on: string;
    withdrawn: number;
    is_sample: number;
    title_key: string;
    added_revision: number;
    revision: number;
    added_at_ms: number;
    changed_at_ms: number;
  };
  paper_identifiers: { identifier: string; paper_id: string };
  removed_papers: { id: string; revision: number };
  catalogue: { id: number; revision: number; identity: string };
  catalogue_commits: { revision: number; name: string };
};

export type PaperRow = Selectable<PaperTables['papers']>;
export type Tables = Kysely<PaperTables>;

/** What the store itself knows of a paper, beside what its records say. */
export type RowFacts = {
  readonly id: PaperId;
  /** The edition it belongs to as long as no source gives it a date. */
  readonly undatedEditionOn: Day;
  readonly addedRevision: number;
  readonly revision: number;
  readonly addedAtMs: number;
  readonly changedAtMs: number;
};

export function toRow(paper: MergedPaper, facts: RowFacts): PaperRow {
  const isSample = paper.provenance.abstract === 'sample';
  // The sample is one edition of the day it was loaded, whenever its papers appeared.
  const known = isSample ? undefined : (paper.announcedOn ?? paper.publishedOn);
  return {
    id: facts.id,
    title: paper.title,
    abstract: paper.abstract,
    authors: JSON.stringify(paper.authors),
    categories: JSON.stringify(paper.categories),
    links: JSON.stringify(paper.links),
    versions: JSON.stringify(paper.versions),
    provenance: JSON.stringify(paper.provenance),
    venue: paper.venue ?? null,
    comment: paper.comment ?? null,
    published_on: paper.publishedOn ?? null,
    updated_on: paper.updatedOn ?? null,
    announced_on: paper.announcedOn ?? null,
    edition_on: known ?? facts.undatedEditionOn,
    withdrawn: paper.withdrawn ? 1 : 0,
    is_sample: isSample ? 1 : 0,
    title_key: titleKey(paper.title),
    added_revision: facts.addedRevision,
    revision: facts.revision,
    added_at_ms: facts.addedAtMs,
    changed_at_ms: facts.changedAtMs,
  };
}

export function toPaper(row: PaperRow, identifiers: readonly Identifier[]): Paper {
  return {
    id: row.id as PaperId,
    title: row.title,
    abstract: row.abstract,
    authors: JSON.parse(row.authors) as string[],
    categories: JSON.parse(row.categories) as string[],
    links: JSON.parse(row.links) as Link[],
    versions: JSON.parse(row.versions) as PaperVersion[],
    provenance: JSON.parse(row.provenance) as Provenance,
    identifiers,
    ...(row.venue !== null && { venue: row.venue }),
    ...(row.comment !== null && { comment: row.comment }),
    ...(row.published_on !== null && { publishedOn: row.published_on as PartialDate }),
    ...(row.updated_on !== null && { updatedOn: row.updated_on as PartialDate }),
    ...(row.announced_on !== null && { announcedOn: row.announced_on as Day }),
    withdrawn: row.withdrawn === 1,
    editionOn: row.edition_on as PartialDate,
    isSample: row.is_sample === 1,
    revision: row.revision,
    addedAtMs: row.added_at_ms,
    changedAtMs: row.changed_at_ms,
  };
}
