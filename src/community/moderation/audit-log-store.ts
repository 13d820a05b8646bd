/** Every act of a moderator, in a chain that shows when somebody tampers with it. */

import { randomBytes } from 'node:crypto';
import { type Expression, type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import { type AuditRow, CHAIN_START, followChain, hashOf, sealOf } from './audit-log.js';
import type { ModerationTables } from './tables.js';

/** Who stands behind acts on the machine itself. */
export const COMMAND_LINE = 'command-line';

/** Who stands behind what a person does with their own account. */
export const THE_PERSON = 'the-person';

export type AuditEntry = {
  /** An account's id, `COMMAND_LINE` or `THE_PERSON`. */
  readonly actor: string;
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  /** Plain values; reasons in the words of the moderator. */
  readonly details?: Readonly<Record<string, unknown>>;
};

export type AuditPage = { readonly rows: readonly AuditRow[]; readonly total: number };

export type AuditVerdict = {
  /** How many rows were read. */
  readonly rows: number;
  /** The first number that is missing or does not fit; absent when all is well. */
  readonly brokenAt: number | undefined;
  /** Of the last row: who writes it down elsewhere sees later whether rows were cut off. */
  readonly lastHash: string;
};

export type AuditLog = {
  /**
   * Writes one row. The last thing a transaction does: until it ends, others wait to write theirs.
   */
  readonly append: (transaction: AnyTransaction, entry: AuditEntry) => Promise<void>;
  /** The newest first. */
  readonly page: (page: { readonly offset: number; readonly limit: number }) => Promise<AuditPage>;
  /** What was done to one thing, the newest first. */
  readonly about: (targetKind: string, targetId: string) => Promise<readonly AuditRow[]>;
  /** Reads the whole log and follows the chain. */
  readonly verify: () => Promise<AuditVerdict>;
  /**
   * Seals what rows tell of a person: as actor, as target, and details that are about them or
   * hold one of the words. The chain stays whole.
   *
   * @param ids - of the person and of what is theirs, as rows name actors and targets
   * @param words - a few that name the person: an id, an address, a name
   */
  readonly forget: (
    transaction: AnyTransaction,
    person: { readonly ids: readonly string[]; readonly words: readonly string[] },
  ) => Promise<void>;
};

type AuditTable = Selectable<ModerationTables['audit_log']>;

/** Each time another was faster; as many as a busy server has connections, many times over. */
const MOST_TRIES = 1_000;

const ROWS_AT_ONCE = 1_000;

const ABOUT_LIMIT = 100;

/** SQLite takes 32,766 parameters in a statement. */
const IDS_AT_ONCE = 5_000;

export function createAuditLog(
  database: Database,
  { now }: { readonly now: () => Date },
): AuditLog {
  const tables: Kysely<ModerationTables> = database.connection.$extendTables<ModerationTables>();

  return {
    async append(transaction, { actor, action, targetKind, targetId, details = {} }) {
      const log = transaction.$extendTables<ModerationTables>();
      // Details may be few and easily guessed; with random text among them a seal tells nothing.
      const salted = JSON.stringify({ ...details, salt: randomBytes(12).toString('base64url') });
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const last = await log
          .selectFrom('audit_log')
          .select(['number', 'hash'])
          .orderBy('number', 'desc')
          .limit(1)
          .executeTakeFirst();
        const row = {
          number: (last?.number ?? 0) + 1,
          atMs: now().getTime(),
          actor,
          action,
          targetKind,
          targetId,
          details: salted,
          hashBefore: last?.hash ?? CHAIN_START.hash,
        };
        // Whoever has taken the number is waited for, and then followed.
        const written = await log
          .insertInto('audit_log')
          .values(toTable({ ...row, hash: hashOf(row) }))
          .onConflict((conflict) => conflict.column('number').doNothing())
          .returning('number')
          .executeTakeFirst();
        if (written) return;
      }
      throw new RangeError(`no number of the audit log was free in ${MOST_TRIES} tries`);
    },

    async page({ offset, limit }) {
      const rows = await tables
        .selectFrom('audit_log')
        .selectAll()
        .orderBy('number', 'desc')
        .offset(offset)
        .limit(limit)
        .execute();
      const { total } = await tables
        .selectFrom('audit_log')
        .select((build) => build.fn.countAll().as('total'))
        .executeTakeFirstOrThrow();
      return { rows: rows.map(fromTable), total: Number(total) };
    },

    async about(targetKind, targetId) {
      const rows = await tables
        .selectFrom('audit_log')
        .selectAll()
        .where('target_kind', '=', targetKind)
        .where('target_id', '=', targetId)
        .orderBy('number', 'desc')
        .limit(ABOUT_LIMIT)
        .execute();
      return rows.map(fromTable);
    },

    async verify() {
      let state = CHAIN_START;
      for (;;) {
        const rows = await tables
          .selectFrom('audit_log')
          .selectAll()
          .where('number', '>', state.number)
          .orderBy('number')
          .limit(ROWS_AT_ONCE)
          .execute();
        const next = followChain(state, rows.map(fromTable));
        if ('brokenAt' in next) {
          return { rows: next.brokenAt - 1, brokenAt: next.brokenAt, lastHash: state.hash };
        }
        state = next;
        if (rows.length < ROWS_AT_ONCE) {
          return { rows: state.number, brokenAt: undefined, lastHash: state.hash };
        }
      }
    },

    async forget(transaction, { ids, words }) {
      const log = transaction.$extendTables<ModerationTables>();
      const isTheirs = new Set(ids);
      for (let at = 0; at === 0 || at < ids.length; at += IDS_AT_ONCE) {
        const some = ids.slice(at, at + IDS_AT_ONCE);
        const told = await log
          .selectFrom('audit_log')
          .selectAll()
          .where((build) =>
            build.or([
              ...(some.length > 0
                ? [build('actor', 'in', some), build('target_id', 'in', some)]
                : []),
              ...(at === 0 ? words.map(holds) : []),
            ]),
          )
          .execute();
        for (const row of told) {
          const isTarget = isTheirs.has(row.target_id);
          const isTold = isTarget || words.some((word) => isIn(row.details, word));
          await log
            .updateTable('audit_log')
            .set({
              actor: isTheirs.has(row.actor) ? sealOf(row.actor) : row.actor,
              target_id: isTarget ? sealOf(row.target_id) : row.target_id,
              details: isTold ? sealOf(row.details) : row.details,
            })
            .where('number', '=', row.number)
            .execute();
        }
      }
    },
  };
}

/** Whether details hold a word; `like` would read some of its letters as signs. */
function holds(word: string): Expression<SqlBool> {
  // SQLite knows small and capital letters of ASCII only, so a word is sought as it is, too.
  return sql<SqlBool>`(replace(details, ${asInJson(word)}, '') <> details
    or replace(lower(details), ${asInJson(word).toLowerCase()}, '') <> lower(details))`;
}

function isIn(details: string, word: string): boolean {
  return details.toLowerCase().includes(asInJson(word).toLowerCase());
}

function asInJson(word: string): string {
  return JSON.stringify(word).slice(1, -1);
}

function toTable(row: AuditRow): AuditTable {
  return {
    number: row.number,
    at_ms: row.atMs,
    actor: row.actor,
    action: row.action,
    target_kind: row.targetKind,
    target_id: row.targetId,
    details: row.details,
    hash_before: row.hashBefore,
    hash: row.hash,
  };
}

function fromTable(row: AuditTable): AuditRow {
  return {
    number: Number(row.number),
    atMs: Number(row.at_ms),
    actor: row.actor,
    action: row.action,
    targetKind: row.target_kind,
    targetId: row.target_id,
    details: row.details,
    hashBefore: row.hash_before,
    hash: row.hash,
  };
}
