/** Changing the catalogue: what each record means, and what it makes of the paper. */

import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { AddOutcome, PaperWriter } from './catalogue.js';
import { type Day, dayAt } from './dates.js';
import { type Identifier, identifierFromTitle, type PaperId, paperIdFrom } from './identifiers.js';
import { isSamePaper, type MergedPaper, mergeRecord } from './merge.js';
import type { Paper, PaperRecord } from './paper.js';
import { identifiersOf } from './paper-reader-store.js';
import { type PaperRow, type PaperTables, type Tables, toPaper, toRow } from './paper-rows.js';
import { meansSameByName, meansSameByTitle } from './same-paper.js';
import { titleKey } from './title-key.js';

/** A paper while a batch is being worked in. */
type Draft = {
  readonly id: PaperId;
  paper: MergedPaper;
  /** The edition it belongs to as long as no source gives it a date. */
  readonly undatedEditionOn: Day;
  readonly addedRevision: number | undefined;
  readonly addedAtMs: number;
  isChanged: boolean;
};

/** How many papers of one title a record is compared with. */
const MOST_PAPERS_OF_ONE_TITLE = 50;

/** Rows of one insert; SQLite takes 32,766 parameters and a paper has 21. */
const ROWS_PER_INSERT = 500;

export function createPaperWriter(
  tables: Tables,
  { now, timeZone }: { readonly now: () => Date; readonly timeZone: string },
): PaperWriter {
  return {
    add: (records) =>
      tables.transaction().execute((transaction) => {
        const moment = now();
        return addRecords(transaction, records, moment, dayAt(moment, timeZone));
      }),
    remove: (ids) => tables.transaction().execute((transaction) => removePapers(transaction, ids)),
  };
}

async function addRecords(
  transaction: Transaction<PaperTables>,
  records: readonly PaperRecord[],
  now: Date,
  today: Day,
): Promise<AddOutcome[]> {
  if (records.length === 0) return [];
  let revision = await takeTurn(transaction);
  const drafts = await draftsFor(transaction, records);
  const outcomes: AddOutcome[] = [];

  for (const record of records) {
    const known = drafts.match(record);
    if (!known) {
      const fresh = drafts.withFreeNames(record);
      const id = drafts.freeIdFor(fresh.identifiers[0] as Identifier);
      const paper = mergeRecord(undefined, fresh);
      drafts.put({
        id,
        paper,
        undatedEditionOn: today,
        addedRevision: undefined,
        addedAtMs: now.getTime(),
        isChanged: true,
      });
      outcomes.push({ id, change: 'added' });
      continue;
    }
    const merged = inStoredOrder(mergeRecord(known.paper, drafts.withOwnNames(known, record)));
    const isUnchanged = isSamePaper(merged, inStoredOrder(known.paper));
    outcomes.push({ id: known.id, change: isUnchanged ? 'unchanged' : 'updated' });
    if (isUnchanged) continue;
    drafts.put({ ...known, paper: merged, isChanged: true });
  }

  const rows = drafts.changed().map((draft) => {
    revision += 1;
    return toRow(draft.paper, {
      ...draft,
      revision,
      addedRevision: draft.addedRevision ?? revision,
      changedAtMs: now.getTime(),
    });
  });
  await write(transaction, rows, drafts.changed());
  await forgetRemoval(transaction, rows);
  if (rows.length > 0) await advance(transaction, revision);
  return outcomes;
}

async function removePapers(
  transaction: Transaction<PaperTables>,
  ids: readonly PaperId[],
): Promise<PaperId[]> {
  if (ids.length === 0) return [];
  let revision = await takeTurn(transaction);
  const removed: PaperId[] = [];
  const distinct = [...new Set(ids)];
  for (let at = 0; at < distinct.length; at += ROWS_PER_INSERT) {
    const some = distinct.slice(at, at + ROWS_PER_INSERT);
    const rows = await transaction
      .deleteFrom('papers')
      .where('id', 'in', some)
      .returning('id')
      .execute();
    if (rows.length === 0) continue;
    const gone = new Set(rows.map(({ id }) => id));
    const removals = some
      .filter((id) => gone.has(id))
      .map((id) => {
        revision += 1;
        return { id, revision };
      });
    await transaction.insertInto('removed_papers').values(removals).execute();
    removed.push(...removals.map(({ id }) => id));
  }
  if (removed.length > 0) await advance(transaction, revision);
  return removed;
}

/** Sets the catalogue's revision, and gives what is committed with it a name of its own. */
async function advance(transaction: Transaction<PaperTables>, revision: number): Promise<void> {
  await transaction.updateTable('catalogue').set({ revision }).execute();
  await transaction
    .insertInto('catalogue_commits')
    .values({ revision, name: randomUUID() })
    .execute();
}

/** Waits for other writers, and returns the catalogue's revision, which now only we advance. */
async function takeTurn(transaction: Transaction<PaperTables>): Promise<number> {
  const { revision } = await transaction
    .updateTable('catalogue')
    .set(({ ref }) => ({ revision: ref('revision') }))
    .returning('revision')
    .executeTakeFirstOrThrow();
  return revision;
}

/** The papers that these records may mean, and those that join them as the batch is worked in. */
class Drafts {
  readonly #byId = new Map<PaperId, Draft>();
  readonly #byIdentifier = new Map<string, PaperId>();
  readonly #byTitleKey = new Map<string, Set<PaperId>>();

  put(draft: Draft): void {
    this.#byId.set(draft.id, draft);
    for (const identifier of draft.paper.identifiers) {
      if (!this.#byIdentifier.has(identifier)) this.#byIdentifier.set(identifier, draft.id);
    }
    const key = titleKey(draft.paper.title);
    const sameTitle = this.#byTitleKey.get(key) ?? new Set();
    this.#byTitleKey.set(key, sameTitle.add(draft.id));
  }

  /** The paper that a record means: by a name they share, else by title and authors. */
  match(record: PaperRecord): Draft | undefined {
    for (const identifier of namesOf(record)) {
      const draft = this.#named(identifier);
      if (draft && meansSameByName(draft.paper, record, identifier)) return draft;
    }
    for (const id of this.#byTitleKey.get(titleKey(record.title)) ?? []) {
      const draft = this.#byId.get(id);
      if (draft && meansSameByTitle(draft.paper, record)) return draft;
    }
    return undefined;
  }

  /** The paper id that an identifier gives, or in full when that is another paper's. */
  freeIdFor(identifier: Identifier): PaperId {
    const id = paperIdFrom(identifier);
    return this.#byId.has(id) ? (identifier as string as PaperId) : id;
  }

  /** The record without names that are another paper's; its title's hash if none is left. */
  withFreeNames(record: PaperRecord): PaperRecord {
    const free = record.identifiers.filter((identifier) => !this.#named(identifier));
    return { ...record, identifiers: free.length > 0 ? free : [titleNameOf(record)] };
  }

  /** The record without names that are another paper's than the one it means. */
  withOwnNames(draft: Draft, record: PaperRecord): PaperRecord {
    const own = record.identifiers.filter((identifier) => {
      const holder = this.#byIdentifier.get(identifier);
      return holder === undefined || holder === draft.id;
    });
    return { ...record, identifiers: own };
  }

  #named(identifier: Identifier): Draft | undefined {
    const id = this.#byIdentifier.get(identifier);
    return id && this.#byId.get(id);
  }

  changed(): Draft[] {
    return [...this.#byId.values()].filter(({ isChanged }) => isChanged);
  }
}

/** The names of a record, and the one that its title gives it. */
function namesOf(record: PaperRecord): readonly Identifier[] {
  return [...new Set([...record.identifiers, titleNameOf(record)])];
}

function titleNameOf({ title, authors }: PaperRecord): Identifier {
  return identifierFromTitle(title, authors[0]);
}

async function draftsFor(
  transaction: Transaction<PaperTables>,
  records: readonly PaperRecord[],
): Promise<Drafts> {
  const ids = [
    ...(await idsByName(transaction, [...new Set(records.flatMap(namesOf))])),
    ...(await idsByTitle(transaction, [...new Set(records.map(({ title }) => titleKey(title)))])),
    // An id that another paper has under another scheme must be known before it is given.
    ...records.flatMap(({ identifiers }) => identifiers.map(paperIdFrom)),
  ];
  const rows = await transaction
    .selectFrom('papers')
    .selectAll()
    .where('id', 'in', [...new Set(ids)])
    .orderBy('added_revision')
    .execute();
  const known = await identifiersOf(
    transaction,
    rows.map(({ id }) => id),
  );
  const drafts = new Drafts();
  for (const row of rows) {
    const paper = toPaper(row, known.get(row.id) ?? []);
    drafts.put({
      id: paper.id,
      paper: toMerged(paper),
      undatedEditionOn: paper.editionOn as Day,
      addedRevision: row.added_revision,
      addedAtMs: paper.addedAtMs,
      isChanged: false,
    });
  }
  return drafts;
}

async function idsByName(
  transaction: Transaction<PaperTables>,
  identifiers: readonly Identifier[],
): Promise<string[]> {
  const rows = await transaction
    .selectFrom('paper_identifiers')
    .select('paper_id')
    .where('identifier', 'in', identifiers)
    .execute();
  return rows.map(({ paper_id }) => paper_id);
}

/** The first papers of each title: a title that more than these have tells none of them apart. */
async function idsByTitle(
  transaction: Transaction<PaperTables>,
  titleKeys: readonly string[],
): Promise<string[]> {
  const rows = await transaction
    .selectFrom(
      transaction
        .selectFrom('papers')
        .select(({ fn }) => [
          'id',
          fn
            .agg<number>('row_number')
            .over((window) => window.partitionBy('title_key').orderBy('added_revision'))
            .as('nth'),
        ])
        .where('title_key', 'in', titleKeys)
        .as('numbered'),
    )
    .select('id')
    .where('nth', '<=', MOST_PAPERS_OF_ONE_TITLE)
    .execute();
  return rows.map(({ id }) => id);
}

/** Identifiers are a set; the database gives them back sorted. */
function inStoredOrder(paper: MergedPaper): MergedPaper {
  return { ...paper, identifiers: [...paper.identifiers].sort() };
}

async function write(
  transaction: Transaction<PaperTables>,
  rows: readonly PaperRow[],
  drafts: readonly Draft[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    await transaction
      .insertInto('papers')
      .values(rows.slice(at, at + ROWS_PER_INSERT))
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet(({ ref }) => ({
          title: ref('excluded.title'),
          abstract: ref('excluded.abstract'),
          authors: ref('excluded.authors'),
          categories: ref('excluded.categories'),
          links: ref('excluded.links'),
          versions: ref('excluded.versions'),
          provenance: ref('excluded.provenance'),
          venue: ref('excluded.venue'),
          comment: ref('excluded.comment'),
          published_on: ref('excluded.published_on'),
          updated_on: ref('excluded.updated_on'),
          announced_on: ref('excluded.announced_on'),
          edition_on: ref('excluded.edition_on'),
          withdrawn: ref('excluded.withdrawn'),
          is_sample: ref('excluded.is_sample'),
          title_key: ref('excluded.title_key'),
          revision: ref('excluded.revision'),
          changed_at_ms: ref('excluded.changed_at_ms'),
        })),
      )
      .execute();
  }
  const names = drafts.flatMap(({ id, paper }) =>
    paper.identifiers.map((identifier) => ({ identifier, paper_id: id })),
  );
  for (let at = 0; at < names.length; at += ROWS_PER_INSERT) {
    await transaction
      .insertInto('paper_identifiers')
      .values(names.slice(at, at + ROWS_PER_INSERT))
      .onConflict((conflict) => conflict.column('identifier').doNothing())
      .execute();
  }
}

/** A paper that comes back is no longer among those that were removed. */
async function forgetRemoval(
  transaction: Transaction<PaperTables>,
  rows: readonly PaperRow[],
): Promise<void> {
  const added = rows.filter((row) => row.added_revision === row.revision).map(({ id }) => id);
  for (let at = 0; at < added.length; at += ROWS_PER_INSERT) {
    await transaction
      .deleteFrom('removed_papers')
      .where('id', 'in', added.slice(at, at + ROWS_PER_INSERT))
      .execute();
  }
}

function toMerged(paper: Paper): MergedPaper {
  const { id, editionOn, isSample, revision, addedAtMs, changedAtMs, ...merged } = paper;
  return merged;
}
