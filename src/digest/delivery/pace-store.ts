/** How fast mail may go, agreed upon by all processes that send it. */

import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../database/database.js';
import {
  FRESH_PACE,
  isUntroubled,
  type Pace,
  recovered,
  remainingWaitMs,
  slowedDown,
  waitForToken,
  withoutToken,
} from './pace.js';

/** The scope of all letters together; any other is a domain. */
export const ALL_DOMAINS = '*';

export type PaceStore = {
  /**
   * Takes leave for one letter to a domain. When there is to be a wait, none was taken, and
   * `scope` says for whom: the domain, or `*`.
   */
  readonly take: (domain: string) => Promise<{ readonly waitMs: number; readonly scope?: string }>;
  /** A server has asked for less: the domain's, or (`*`) the one that takes all our letters. */
  readonly slowDown: (scope: string) => Promise<void>;
  /** A letter to a domain went well, so that nothing is wrong with our own server either. */
  readonly wentWell: (domain: string) => Promise<void>;
  /** The domains that are not to be written to now; `*` for all. */
  readonly waiting: () => Promise<readonly string[]>;
};

type PaceTables = {
  mail_pace: {
    scope: string;
    per_minute: number | null;
    tokens: number;
    counted_at_ms: number;
    wait_until_ms: number;
    wait_ms: number;
  };
};

/** What other processes have met is known here after so long. */
const LOOK_AGAIN_MS = 1_000;

/** More domains that are in trouble at once are looked after one by one. */
const MOST_TROUBLED = 1_000;

export function createPaceStore(
  { connection }: Database,
  {
    now,
    perMinute,
    perMinutePerDomain,
  }: {
    readonly now: () => Date;
    readonly perMinute?: number | undefined;
    readonly perMinutePerDomain?: number | undefined;
  },
): PaceStore {
  const tables = connection.$extendTables<PaceTables>();
  const nowMs = () => now().getTime();
  const allowed = (scope: string) => (scope === ALL_DOMAINS ? perMinute : perMinutePerDomain);

  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let troubled: Promise<ReadonlyMap<string, Pace>> | undefined;

  /** Who is in trouble, as of a second ago at most. */
  const inTrouble = (): Promise<ReadonlyMap<string, Pace>> => {
    const ageMs = nowMs() - lookedAtMs;
    if (!troubled || ageMs < 0 || ageMs >= LOOK_AGAIN_MS) {
      lookedAtMs = nowMs();
      const looking = readTroubled(tables);
      troubled = looking;
      // A look that failed is no answer.
      looking.catch(() => {
        if (troubled === looking) troubled = undefined;
      });
    }
    return troubled;
  };

  const change = async (scope: string, next: (pace: Pace, atMs: number) => Pace): Promise<void> => {
    await tables.transaction().execute(async (transaction) => {
      const pace = await takeTurn(transaction, scope);
      const atMs = nowMs();
      const changed = next(pace, atMs);
      if (allowed(scope) === undefined && isUntroubled(changed, atMs)) {
        await transaction.deleteFrom('mail_pace').where('scope', '=', scope).execute();
      } else await write(transaction, scope, changed);
    });
    troubled = undefined;
  };

  return {
    async take(domain) {
      const known = await inTrouble();
      // Always in this order, in which nobody can wait in a circle.
      const scopes = [ALL_DOMAINS, domain].filter(
        (scope) => allowed(scope) !== undefined || known.has(scope),
      );
      if (scopes.length === 0) return { waitMs: 0 };
      const atMs = nowMs();
      const before = longestWait(await read(tables, scopes), scopes, allowed, atMs);
      // Nothing is written, nor does anybody wait for us, for a no.
      if (before.waitMs > 0) return before;
      return tables.transaction().execute(async (transaction) => {
        const paces = new Map<string, Pace>();
        for (const scope of scopes) paces.set(scope, await takeTurn(transaction, scope));
        const wait = longestWait(paces, scopes, allowed, atMs);
        if (wait.waitMs > 0) return wait;
        for (const [scope, pace] of paces) {
          await write(transaction, scope, withoutToken(pace, allowed(scope), atMs));
        }
        return wait;
      });
    },

    slowDown: (scope) => change(scope, (pace, atMs) => slowedDown(pace, allowed(scope), atMs)),

    async wentWell(domain) {
      const known = await inTrouble();
      for (const scope of [ALL_DOMAINS, domain]) {
        const pace = known.get(scope);
        if (!pace || recovered(pace, allowed(scope), nowMs()) === pace) continue;
        await change(scope, (current, atMs) => recovered(current, allowed(scope), atMs));
      }
    },

    async waiting() {
      const atMs = nowMs();
      const scopes = [...(await inTrouble())];
      return scopes.flatMap(([scope, pace]) => (remainingWaitMs(pace, atMs) > 0 ? [scope] : []));
    },
  };
}

function longestWait(
  paces: ReadonlyMap<string, Pace>,
  scopes: readonly string[],
  allowed: (scope: string) => number | undefined,
  atMs: number,
): { readonly waitMs: number; readonly scope?: string } {
  let longest: { readonly waitMs: number; readonly scope?: string } = { waitMs: 0 };
  for (const scope of scopes) {
    const waitMs = waitForToken(paces.get(scope) ?? FRESH_PACE, allowed(scope), atMs);
    if (waitMs > longest.waitMs) longest = { waitMs, scope };
  }
  return longest;
}

async function readTroubled(tables: Kysely<PaceTables>): Promise<ReadonlyMap<string, Pace>> {
  const rows = await tables
    .selectFrom('mail_pace')
    .selectAll()
    .where(({ eb, or }) => or([eb('per_minute', 'is not', null), eb('wait_ms', '>', 0)]))
    .orderBy('wait_until_ms', 'desc')
    .limit(MOST_TROUBLED)
    .execute();
  return new Map(rows.map((row) => [row.scope, toPace(row)]));
}

async function read(
  tables: Kysely<PaceTables>,
  scopes: readonly string[],
): Promise<ReadonlyMap<string, Pace>> {
  const rows = await tables
    .selectFrom('mail_pace')
    .selectAll()
    .where('scope', 'in', scopes)
    .execute();
  return new Map(rows.map((row) => [row.scope, toPace(row)]));
}

/** Waits for whoever else changes the pace of a scope, until the transaction ends. */
async function takeTurn(tables: Kysely<PaceTables>, scope: string): Promise<Pace> {
  for (;;) {
    const row = await tables
      .updateTable('mail_pace')
      .set(({ ref }) => ({ wait_ms: ref('wait_ms') }))
      .where('scope', '=', scope)
      .returningAll()
      .executeTakeFirst();
    if (row) return toPace(row);
    await tables
      .insertInto('mail_pace')
      .values(toRow(scope, FRESH_PACE))
      .onConflict((conflict) => conflict.column('scope').doNothing())
      .execute();
  }
}

async function write(tables: Kysely<PaceTables>, scope: string, pace: Pace): Promise<void> {
  await tables
    .updateTable('mail_pace')
    .set(toRow(scope, pace))
    .where('scope', '=', scope)
    .execute();
}

function toPace(row: Selectable<PaceTables['mail_pace']>): Pace {
  return {
    perMinute: row.per_minute ?? undefined,
    tokens: row.tokens,
    countedAtMs: row.counted_at_ms,
    waitUntilMs: row.wait_until_ms,
    waitMs: row.wait_ms,
  };
}

function toRow(scope: string, pace: Pace): PaceTables['mail_pace'] {
  return {
    scope,
    per_minute: pace.perMinute ?? null,
    tokens: pace.tokens,
    counted_at_ms: pace.countedAtMs,
    wait_until_ms: pace.waitUntilMs,
    wait_ms: pace.waitMs,
  };
}
