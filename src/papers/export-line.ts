/** A paper as one line of JSON: what `export` writes and `import` reads again. */

import { type Identifier, identifierValue, schemeOf } from './identifiers.js';
import type { Link, Paper } from './paper.js';

/** What a line says beyond the fields that people write themselves. */
export type ExportedFacts = {
  readonly identifiers?: readonly string[];
  readonly updatedOn?: string;
  readonly announcedOn?: string;
  readonly withdrawn?: boolean;
  /** The latest known version. */
  readonly version?: number;
  readonly links?: readonly Link[];
};

/** The line without its end. Reading it gives a paper of the same id and facts. */
export function toExportLine(paper: Paper): string {
  const { updatedOn, announcedOn, withdrawn, links, identifiers } = paper;
  const doi = identifiers.find((identifier) => schemeOf(identifier) === 'doi');
  const version = paper.versions.at(-1)?.number;
  const facts: ExportedFacts = {
    identifiers,
    ...(updatedOn !== undefined && { updatedOn }),
    ...(announcedOn !== undefined && { announcedOn }),
    ...(withdrawn && { withdrawn }),
    ...(version !== undefined && { version }),
    ...(links.length > 0 && { links }),
  };
  return JSON.stringify({
    id: nameOf(paper),
    title: paper.title,
    abstract: paper.abstract,
    authors: paper.authors,
    date: paper.publishedOn,
    categories: paper.categories,
    venue: paper.venue,
    comment: paper.comment,
    doi: doi && identifierValue(doi),
    broadsheet: facts,
  });
}

/** The name that gives this paper this id again: a bare hash would pass for a local name. */
function nameOf({ id, identifiers }: Paper): Identifier | Paper['id'] {
  return identifiers.find((identifier) => identifier === `title:${id}`) ?? id;
}
