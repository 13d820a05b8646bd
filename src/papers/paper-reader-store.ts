/** Reading the catalogue. */

import type { CatalogueChanges, Census, ExportedPaper, PaperReader } from './catalogue.js';
import { type Identifier, type PaperId, parseIdentifier } from './identifiers.js';
import type { Paper } from './paper.js';
import { type PaperRow, type Tables, toPaper } from './paper-rows.js';

export function createPaperReader(tables: Tables): PaperReader {
  return {
    find: (id) => find(tables, id),
    byIds: (ids) => byIds(tables, ids),
    count: () => count(tables),
    revision: () => revisionOf(tables),
    changesSince: (revision, limit) => changesSince(tables, revision, limit),
    identity: () => identityOf(tables),
    commitAt: (revision) => commitAt(tables, revision),
    census: (untilRevision) => census(tables, untilRevision),
    isSampleOnly: async () => (await count(tables)) > 0 && !(await hasRealPapers(tables)),
    pageByAddition: (afterRevision, limit) => pageByAddition(tables, afterRevision, limit),
  };
}

async function find(tables: Tables, id: string): Promise<Paper | undefined> {
  const identifier = parseIdentifier(id);
  const exact = await tables
    .selectFrom('papers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (exact) return (await hydrate(tables, [exact]))[0];
  if (!identifier) return undefined;
  const row = await tables
    .selectFrom('papers')
    .selectAll()
    .where('id', '=', (select) =>
      select
        .selectFrom('paper_identifiers')
        .select('paper_id')
        .where('identifier', '=', identifier),
    )
    .executeTakeFirst();
  return row && (await hydrate(tables, [row]))[0];
}

async function byIds(
  tables: Tables,
  ids: readonly PaperId[],
): Promise<ReadonlyMap<PaperId, Paper>> {
  if (ids.length === 0) return new Map();
  const rows = await tables.selectFrom('papers').selectAll().where('id', 'in', ids).execute();
  return new Map((await hydrate(tables, rows)).map((paper) => [paper.id, paper]));
}

async function count(tables: Tables): Promise<number> {
  const { papers } = await tables
    .selectFrom('papers')
    .select(({ fn }) => fn.countAll<number>().as('papers'))
    .executeTakeFirstOrThrow();
  return Number(papers);
}

async function revisionOf(tables: Tables): Promise<number> {
  const { revision } = await tables
    .selectFrom('catalogue')
    .select('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

/**
 * Papers and removals are read one after the other, and others may commit in between: whatever
 * moves then moves past `latest`, which was read first, and comes with the next call.
 */
async function changesSince(
  tables: Tables,
  revision: number,
  limit: number,
): Promise<CatalogueChanges> {
  const latest = await revisionOf(tables);
  const rows = await tables
    .selectFrom('papers')
    .selectAll()
    .where('revision', '>', revision)
    .where('revision', '<=', latest)
    .orderBy('revision')
    .limit(limit)
    .execute();
  const removals = await tables
    .selectFrom('removed_papers')
    .selectAll()
    .where('revision', '>', revision)
    .where('revision', '<=', latest)
    .orderBy('revision')
    .limit(limit)
    .execute();
  const revisions = [...rows, ...removals].map((row) => row.revision).sort((a, b) => a - b);
  const until = revisions[limit - 1] ?? latest;
  const commit = await commitAt(tables, until);
  return {
    papers: await hydrate(
      tables,
      rows.filter((row) => row.revision <= until),
    ),
    removed: removals.filter((row) => row.revision <= until).map(({ id }) => id as PaperId),
    revision: until,
    ...(commit !== undefined && { commit }),
  };
}

async function identityOf(tables: Tables): Promise<string> {
  const { identity } = await tables
    .selectFrom('catalogue')
    .select('identity')
    .executeTakeFirstOrThrow();
  return identity;
}

async function commitAt(tables: Tables, revision: number): Promise<string | undefined> {
  const row = await tables
    .selectFrom('catalogue_commits')
    .select('name')
    .where('revision', '>=', revision)
    .orderBy('revision')
    .limit(1)
    .executeTakeFirst();
  return row?.name;
}

async function census(tables: Tables, untilRevision: number): Promise<Census> {
  const { papers, revisionSum } = await tables
    .selectFrom('papers')
    .select(({ fn }) => [
      fn.countAll<number>().as('papers'),
      fn.sum<number | null>('revision').as('revisionSum'),
    ])
    .where('revision', '<=', untilRevision)
    .executeTakeFirstOrThrow();
  return { papers: Number(papers), revisionSum: Number(revisionSum) };
}

async function pageByAddition(
  tables: Tables,
  afterRevision: number,
  limit: number,
): Promise<ExportedPaper[]> {
  const rows = await tables
    .selectFrom('papers')
    .selectAll()
    .where('added_revision', '>', afterRevision)
    .orderBy('added_revision')
    .limit(limit)
    .execute();
  const papers = await hydrate(tables, rows);
  return papers.map((paper, at) => ({ paper, addedRevision: rows[at]?.added_revision ?? 0 }));
}

async function hasRealPapers(tables: Tables): Promise<boolean> {
  const row = await tables
    .selectFrom('papers')
    .select('id')
    .where('is_sample', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Rows as papers, their identifiers loaded together. */
async function hydrate(tables: Tables, rows: readonly PaperRow[]): Promise<Paper[]> {
  const identifiers = await identifiersOf(
    tables,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => toPaper(row, identifiers.get(row.id) ?? []));
}

/** The names of each of these papers, sorted. */
export async function identifiersOf(
  tables: Tables,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Identifier[]>> {
  const byPaper = new Map<string, Identifier[]>();
  if (ids.length === 0) return byPaper;
  const rows = await tables
    .selectFrom('paper_identifiers')
    .selectAll()
    .where('paper_id', 'in', ids)
    .orderBy('identifier')
    .execute();
  for (const { paper_id, identifier } of rows) {
    const known = byPaper.get(paper_id);
    if (known) known.push(identifier as Identifier);
    else byPaper.set(paper_id, [identifier as Identifier]);
  }
  return byPaper;
}
