/** What gathering remembers: each run with its outcome, and the validators of what was fetched. */

import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../database/database.js';
import type { Problem } from '../papers/record.js';
import type { IntakeSummary } from './intake.js';

export type GatherStatus =
  /** It is at work, or its process died at work. */
  | 'running'
  /** Everything that the source offered is stored, but for what it offers in an unusable form. */
  | 'complete'
  /** Some of it is stored; the problems name the rest. */
  | 'partial'
  /** Nothing could be fetched. */
  | 'failed';

export type GatherRun = IntakeSummary & {
  readonly id: string;
  readonly source: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number | undefined;
  readonly status: GatherStatus;
};

/** What HTTP gives us to ask "has it changed?" with (RFC 9110, section 13). */
export type Validators = { readonly etag?: string; readonly lastModified?: string };

export type GatherReader = {
  /** The run that began last, whatever became of it. */
  readonly latest: (source: string) => Promise<GatherRun | undefined>;
  /** The run that last stored everything. */
  readonly latestComplete: (source: string) => Promise<GatherRun | undefined>;
};

export type GatherStore = GatherReader & {
  readonly begin: (source: string, startedAtMs: number) => Promise<string>;
  readonly finish: (
    id: string,
    finishedAtMs: number,
    status: Exclude<GatherStatus, 'running'>,
    summary: IntakeSummary,
  ) => Promise<void>;
  readonly validatorsOf: (url: string) => Promise<Validators>;
  readonly keepValidators: (url: string, validators: Validators) => Promise<void>;
};

type GatherTables = {
  gather_runs: {
    id: string;
    source: string;
    started_at_ms: number;
    finished_at_ms: number | null;
    status: GatherStatus;
    added: number;
    updated: number;
    unchanged: number;
    problems: string;
  };
  http_validators: { url: string; etag: string | null; last_modified: string | null };
};

/** A run shows the first problems; a source that breaks wholly would fill the table. */
const MOST_PROBLEMS_STORED = 100;

export function createGatherStore(database: Database): GatherStore {
  const tables: Kysely<GatherTables> = database.connection.$extendTables<GatherTables>();

  const latestOf = (source: string) =>
    tables
      .selectFrom('gather_runs')
      .selectAll()
      .where('source', '=', source)
      .orderBy('started_at_ms', 'desc')
      .limit(1);

  return {
    async latest(source) {
      const row = await latestOf(source).executeTakeFirst();
      return row && toRun(row);
    },

    async latestComplete(source) {
      const row = await latestOf(source).where('status', '=', 'complete').executeTakeFirst();
      return row && toRun(row);
    },

    async begin(source, startedAtMs) {
      const id = randomUUID();
      await tables
        .insertInto('gather_runs')
        .values({
          id,
          source,
          started_at_ms: startedAtMs,
          finished_at_ms: null,
          status: 'running',
          added: 0,
          updated: 0,
          unchanged: 0,
          problems: '[]',
        })
        .execute();
      return id;
    },

    async finish(id, finishedAtMs, status, { added, updated, unchanged, problems }) {
      await tables
        .updateTable('gather_runs')
        .set({
          finished_at_ms: finishedAtMs,
          status,
          added,
          updated,
          unchanged,
          problems: JSON.stringify(problems.slice(0, MOST_PROBLEMS_STORED)),
        })
        .where('id', '=', id)
        .execute();
    },

    async validatorsOf(url) {
      const row = await tables
        .selectFrom('http_validators')
        .selectAll()
        .where('url', '=', url)
        .executeTakeFirst();
      return {
        ...(row?.etag && { etag: row.etag }),
        ...(row?.last_modified && { lastModified: row.last_modified }),
      };
    },

    async keepValidators(url, { etag = null, lastModified = null }) {
      await tables
        .insertInto('http_validators')
        .values({ url, etag, last_modified: lastModified })
        .onConflict((conflict) =>
          conflict.column('url').doUpdateSet({ etag, last_modified: lastModified }),
        )
        .execute();
    },
  };
}

function toRun(row: Selectable<GatherTables['gather_runs']>): GatherRun {
  return {
    id: row.id,
    source: row.source,
    startedAtMs: row.started_at_ms,
    finishedAtMs: row.finished_at_ms ?? undefined,
    status: row.status,
    added: row.added,
    updated: row.updated,
    unchanged: row.unchanged,
    problems: JSON.parse(row.problems) as Problem[],
  };
}
