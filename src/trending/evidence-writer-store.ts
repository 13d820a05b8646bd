/** Recording what speaks for papers, in the transaction of whoever knows of it. */

import type { AnyTransaction } from '../database/connection.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import { shown } from '../papers/record.js';
import type { Evidence, EvidenceKind, EvidenceWriter } from './evidence.js';
import { fieldFactor, fieldOf } from './field-activity.js';
import { lockStandings, readSums, writeSums } from './standing-rows-store.js';
import { type TrendingSettings, withEvidence } from './standing-sums.js';
import {
  evidenceSumsIn,
  type StandingRow,
  type TrendingTables,
  toWeighed,
  type Writing,
} from './trending-tables.js';
import { type Weighed, weigh, weightOfEach } from './weights.js';

/** What moderators and accounts that end need besides. */
export type EvidenceKeeper = EvidenceWriter & {
  /** Takes `neutralise` with the remark `neutralised` back: the weight is that of the kind again. */
  readonly reinstate: (
    transaction: AnyTransaction,
    which: { readonly actor: string; readonly paperId?: PaperId },
  ) => Promise<void>;
  /** Gives all that an actor has said to another name, which nothing may have yet. */
  readonly renameActor: (transaction: AnyTransaction, from: string, to: string) => Promise<void>;
  /** Forgets from which networks evidence came before a time. */
  readonly forgetNetworks: (transaction: AnyTransaction, beforeMs: number) => Promise<void>;
};

/** What people do once for a paper; the other kinds are told again with greater numbers. */
const PERSONAL: ReadonlySet<EvidenceKind> = new Set(['vote', 'comment', 'save']);

export function createEvidenceKeeper({
  now,
  settings,
}: {
  readonly now: () => Date;
  readonly settings: TrendingSettings;
}): EvidenceKeeper {
  const { halfLifeHours, weights } = settings;

  const holdStanding = async (transaction: Writing, paperId: PaperId): Promise<StandingRow> => {
    const [standing] = await lockStandings(transaction, [paperId]);
    if (standing) return standing;
    throw new BroadsheetError('not_found', `There is no paper ${shown(paperId)} here.`);
  };

  /** Reckons standings anew that were held. */
  const sumAnew = async (transaction: Writing, standings: readonly StandingRow[]) => {
    for (const standing of standings) {
      const sums = await readSums(transaction, standing.paper_id, halfLifeHours);
      await writeSums(transaction, standing, sums, settings);
    }
  };

  const factorFor = async (transaction: Writing, paperId: PaperId): Promise<number> => {
    const { categories } = await transaction
      .selectFrom('papers')
      .select('categories')
      .where('id', '=', paperId)
      .executeTakeFirstOrThrow();
    const field = fieldOf(JSON.parse(categories) as string[]);
    const own = await transaction
      .selectFrom('field_activity')
      .select('activity')
      .where('field', '=', field)
      .executeTakeFirst();
    const { busiest } = await transaction
      .selectFrom('field_activity')
      .select(({ fn }) => fn.max<number | null>('activity').as('busiest'))
      .executeTakeFirstOrThrow();
    const nowMs = now().getTime();
    return fieldFactor(own?.activity, busiest ?? undefined, nowMs, settings.fields);
  };

  const weighed = async (
    transaction: Writing,
    { paperId, kind, amount = 1, isOwn = false, isNew = false, network }: Evidence,
  ): Promise<Weighed> => {
    const spoken = isNew && !isOwn ? await newNetworks(transaction, paperId) : NOBODY;
    const networkHasSpoken = spoken.has(network ?? null);
    const networks = spoken.size;
    return weigh({ kind, amount, isOwn, isNew, networkHasSpoken, networks }, weights);
  };

  /** Sets all that is chosen to a weight, paper by paper in one order. */
  const reweigh = async (
    transaction: AnyTransaction,
    { actor, paperId }: { readonly actor: string; readonly paperId?: PaperId },
    change: (row: { readonly kind: EvidenceKind; readonly amount: number } & Weighed) => Weighed,
  ): Promise<void> => {
    const tables = transaction.$extendTables<TrendingTables>();
    const all = tables.selectFrom('evidence').where('actor', '=', actor);
    const its = paperId === undefined ? all : all.where('paper_id', '=', paperId);
    const papers = await its.select('paper_id').distinct().orderBy('paper_id').execute();
    for (const { paper_id } of papers) {
      const standings = await lockStandings(tables, [paper_id as PaperId]);
      const rows = await all
        .where('paper_id', '=', paper_id)
        .select(['kind', 'amount', 'weight', 'remark'])
        .execute();
      for (const row of rows) {
        const { weight, remark } = change({ ...row, remark: row.remark ?? undefined });
        await tables
          .updateTable('evidence')
          .set({ weight, remark: remark ?? null })
          .where('paper_id', '=', paper_id)
          .where('kind', '=', row.kind)
          .where('actor', '=', actor)
          .execute();
      }
      await sumAnew(tables, standings);
    }
  };

  return {
    async put(transaction, evidence) {
      const tables = transaction.$extendTables<TrendingTables>();
      const { paperId, kind, actor, amount = 1 } = evidence;
      const standing = await holdStanding(tables, paperId);
      const known = await rowOf(tables, evidence);
      const isRepeated = known !== undefined && known.amount > 0 && PERSONAL.has(kind);
      if (isRepeated && (evidence.isOwn !== true || known.remark === 'own')) return;

      const isSetAside = known?.remark === 'neutralised';
      const { weight, remark }: Weighed = isSetAside
        ? { weight: 0, remark: 'neutralised' }
        : await weighed(tables, evidence);
      const row = {
        // What claims to come from the future would stay above everything until then.
        at_ms: isRepeated ? known.at_ms : Math.min(evidence.atMs, now().getTime()),
        amount,
        weight,
        remark: remark ?? null,
        field_factor: await factorOf(remark === 'new-account', () => factorFor(tables, paperId)),
        network: evidence.network ?? null,
      };
      await tables
        .insertInto('evidence')
        .values({ paper_id: paperId, kind, actor, ...row })
        .onConflict((conflict) => conflict.columns(['paper_id', 'kind', 'actor']).doUpdateSet(row))
        .execute();
      if (known) await sumAnew(tables, [standing]);
      else {
        const piece = toWeighed({ kind, ...row });
        const sums = withEvidence(evidenceSumsIn(standing), piece, halfLifeHours);
        await writeSums(tables, standing, sums, settings);
      }
    },

    async withdraw(transaction, evidence) {
      const tables = transaction.$extendTables<TrendingTables>();
      const standings = await lockStandings(tables, [evidence.paperId]);
      const known = await rowOf(tables, evidence);
      if (!known) return;
      const { paperId, kind, actor } = evidence;
      const isIts = { paper_id: paperId, kind, actor };
      // What a moderator set aside is remembered, or it would count once it is said again.
      if (known.remark === 'neutralised') {
        await tables
          .updateTable('evidence')
          .set({ amount: 0 })
          .where(({ and }) => and(isIts))
          .execute();
      } else {
        await tables
          .deleteFrom('evidence')
          .where(({ and }) => and(isIts))
          .execute();
      }
      await sumAnew(tables, standings);
    },

    neutralise(transaction, { remark, ...which }) {
      // One's own stays one's own, whatever else is said of it.
      return reweigh(transaction, which, (row) =>
        row.remark === 'own' ? { weight: 0, remark: 'own' } : { weight: 0, remark },
      );
    },

    reinstate(transaction, which) {
      return reweigh(transaction, which, (row) =>
        row.remark === 'neutralised'
          ? { weight: weightOfEach(row.kind, row.amount, weights), remark: undefined }
          : row,
      );
    },

    async setComments(transaction, paperId, comments) {
      const tables = transaction.$extendTables<TrendingTables>();
      await holdStanding(tables, paperId);
      await tables
        .updateTable('standings')
        .set({ comments })
        .where('paper_id', '=', paperId)
        .execute();
    },

    async renameActor(transaction, from, to) {
      await transaction
        .$extendTables<TrendingTables>()
        .updateTable('evidence')
        .set({ actor: to, network: null })
        .where('actor', '=', from)
        .execute();
    },

    async forgetNetworks(transaction, beforeMs) {
      await transaction
        .$extendTables<TrendingTables>()
        .updateTable('evidence')
        .set({ network: null })
        .where('at_ms', '<', beforeMs)
        .where('network', 'is not', null)
        .execute();
    },
  };
}

/** What a new account says is not raised: a quiet field would make it loud. */
function factorOf(isOfNewAccount: boolean, reckon: () => Promise<number>): Promise<number> {
  return isOfNewAccount ? Promise.resolve(1) : reckon();
}

function rowOf(
  tables: Writing,
  { paperId, kind, actor }: Pick<Evidence, 'paperId' | 'kind' | 'actor'>,
) {
  return tables
    .selectFrom('evidence')
    .select(['at_ms', 'amount', 'remark'])
    .where('paper_id', '=', paperId)
    .where('kind', '=', kind)
    .where('actor', '=', actor)
    .executeTakeFirst();
}

const NOBODY: ReadonlySet<string | null> = new Set();

/** The networks of which a new account counts for the paper; `null` is that of all not known. */
async function newNetworks(tables: Writing, paperId: PaperId): Promise<ReadonlySet<string | null>> {
  const rows = await tables
    .selectFrom('evidence')
    .select('network')
    .where('paper_id', '=', paperId)
    .where('remark', '=', 'new-account')
    .where('amount', '>', 0)
    .execute();
  return new Set(rows.map(({ network }) => network));
}
