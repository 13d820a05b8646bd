/**
 * What came back, and what followed from it. A return and its consequences are one transaction,
 * and the returns of one address wait for each other, so that two refusals at once are two.
 */

import type { Kysely } from 'kysely';
import type { AnyTransaction } from '../../database/connection.js';
import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import { hideAddresses } from '../subscriptions/hide-addresses.js';
import type { SubscriberId } from '../subscriptions/subscription.js';
import { lockSubscriber } from '../subscriptions/subscription-rows-store.js';
import type { SubscriptionStore } from '../subscriptions/subscription-store.js';
import type { SuppressionStore } from '../subscriptions/suppression-store.js';
import { isTooMuch, type PastReturn } from './bounce-policy.js';
import {
  type KnownReturn,
  RETURN_KINDS,
  type ReturnCounts,
  type ReturnKind,
  type ReturnStore,
} from './returns.js';

export type ReturnStoreParts = {
  readonly now: () => Date;
  readonly suppressions: Pick<SuppressionStore, 'suppress'>;
  readonly subscriptions: Pick<SubscriptionStore, 'end'>;
  /** A server refuses us, not the reader: told at the first letter of an edition, the tenth, … */
  readonly onPolicy?: (alarm: PolicyAlarm) => void;
};

export type PolicyAlarm = {
  readonly editionOn: Day | undefined;
  /** Of how many letters of the edition this is known; 1 where nobody knows which it is. */
  readonly letters: number;
  readonly status: string;
  readonly detail: string;
};

type ReturnRow = {
  id: string;
  address_hash: string;
  subscriber_id: string | null;
  edition_on: string | null;
  kind: string;
  status: string;
  detail: string;
  source: string;
  received_at_ms: number;
};

type ReturnTables = { mail_returns: ReturnRow };

type Effect = 'suppressed' | 'unsubscribed' | 'noted';

/** Whoever knows an address of ours may write to it; more reports of one letter are not kept. */
const MOST_OF_ONE_LETTER = 20;

/** More of an address's history changes nothing. */
const MOST_HISTORY = 500;

export function createReturnStore(
  { connection }: Database,
  { now, suppressions, subscriptions, onPolicy = () => {} }: ReturnStoreParts,
): ReturnStore {
  const tables = connection.$extendTables<ReturnTables>();

  const takeWithin = async (
    transaction: AnyTransaction,
    known: KnownReturn,
  ): Promise<{ readonly effect: Effect | 'known'; readonly alarm?: PolicyAlarm | undefined }> => {
    await lockSubscriber(transaction, 'address_hash', known.addressHash);
    if (await isTooOften(transaction, known)) return { effect: 'known' };
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .$extendTables<ReturnTables>()
      .insertInto('mail_returns')
      .values(toRow(known, now().getTime()))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 0n) return { effect: 'known' };
    return { effect: await follow(transaction, known), alarm: await alarmOf(transaction, known) };
  };

  const follow = async (transaction: AnyTransaction, known: KnownReturn): Promise<Effect> => {
    const { kind, addressHash, subscriberId, detail } = known;
    if (kind === 'complaint') {
      await suppressions.suppress({ addressHash, reason: 'complaint', detail }, transaction);
      if (subscriberId) await subscriptions.end(subscriberId, 'complaint', transaction);
      return 'suppressed';
    }
    if (kind === 'leave') {
      if (!subscriberId) return 'noted';
      await subscriptions.end(subscriberId, 'mail', transaction);
      return 'unsubscribed';
    }
    if (!SUPPRESSING.has(kind)) return 'noted';
    if (!isTooMuch(await historyOf(transaction, known))) return 'noted';
    const reason = kind === 'no-such-address' ? kind : 'bounces';
    await suppressions.suppress({ addressHash, reason, detail }, transaction);
    return 'suppressed';
  };

  return {
    async take(known) {
      const { effect, alarm } = await connection
        .transaction()
        .execute((transaction) => takeWithin(transaction, known));
      if (alarm) onPolicy(alarm);
      return effect;
    },

    counts: (editionOn) => countsOf(tables, editionOn),

    async latest(limit) {
      const rows = await tables
        .selectFrom('mail_returns')
        .selectAll()
        .orderBy('received_at_ms', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toReturn(row), receivedAtMs: row.received_at_ms }));
    },

    async removeBefore(atMs) {
      const { numDeletedRows } = await tables
        .deleteFrom('mail_returns')
        .where('received_at_ms', '<', atMs)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

type Tables = Pick<Kysely<ReturnTables>, 'selectFrom'>;

async function countsOf(tables: Tables, editionOn: Day): Promise<ReturnCounts> {
  const rows = await tables
    .selectFrom('mail_returns')
    // A letter that came back twice came back.
    .select(({ fn }) => ['kind', fn.count<number>('address_hash').distinct().as('letters')])
    .where('edition_on', '=', editionOn)
    .groupBy('kind')
    .execute();
  const counts = new Map(rows.map(({ kind, letters }) => [kind, Number(letters)]));
  return Object.fromEntries(
    RETURN_KINDS.map((kind) => [kind, counts.get(kind) ?? 0]),
  ) as ReturnCounts;
}

/** A flood of them is told of ten times less often with each digit. */
async function alarmOf(
  transaction: AnyTransaction,
  { kind, editionOn, status, detail }: KnownReturn,
): Promise<PolicyAlarm | undefined> {
  if (kind !== 'policy') return undefined;
  const tables = transaction.$extendTables<ReturnTables>();
  const letters = editionOn ? (await countsOf(tables, editionOn)).policy : 1;
  return /^10*$/.test(String(letters)) ? { editionOn, letters, status, detail } : undefined;
}

/** What may end in a suppression. */
const SUPPRESSING: ReadonlySet<ReturnKind> = new Set<ReturnKind>([
  'no-such-address',
  'refused',
  'mailbox-full',
  'for-now',
]);

/** What a person did counts however much came before it. */
const ALWAYS_TAKEN: ReadonlySet<ReturnKind> = new Set<ReturnKind>(['complaint', 'leave']);

async function isTooOften(
  transaction: AnyTransaction,
  { addressHash, editionOn, kind }: KnownReturn,
): Promise<boolean> {
  if (ALWAYS_TAKEN.has(kind) || !editionOn) return false;
  const { count } = await transaction
    .$extendTables<ReturnTables>()
    .selectFrom('mail_returns')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('address_hash', '=', addressHash)
    .where('edition_on', '=', editionOn)
    .executeTakeFirstOrThrow();
  return Number(count) >= MOST_OF_ONE_LETTER;
}

/** Of an address, the oldest first, the new one last. */
async function historyOf(
  transaction: AnyTransaction,
  { id, addressHash }: KnownReturn,
): Promise<readonly PastReturn[]> {
  const rows = await transaction
    .$extendTables<ReturnTables>()
    .selectFrom('mail_returns')
    .select(['id', 'kind', 'edition_on', 'received_at_ms'])
    .where('address_hash', '=', addressHash)
    .where('kind', 'in', [...SUPPRESSING])
    .orderBy('received_at_ms', 'desc')
    .orderBy('id')
    .limit(MOST_HISTORY)
    .execute();
  const past = rows.toReversed();
  const ordered = [...past.filter((row) => row.id !== id), ...past.filter((row) => row.id === id)];
  return ordered.map((row) => ({
    kind: row.kind as ReturnKind,
    editionOn: (row.edition_on ?? undefined) as Day | undefined,
    atMs: row.received_at_ms,
  }));
}

function toRow(known: KnownReturn, atMs: number): ReturnRow {
  return {
    id: known.id,
    address_hash: known.addressHash,
    subscriber_id: known.subscriberId ?? null,
    edition_on: known.editionOn ?? null,
    kind: known.kind,
    status: known.status,
    detail: hideAddresses(known.detail.replaceAll('\0', '')),
    source: known.source,
    received_at_ms: atMs,
  };
}

function toReturn(row: ReturnRow): KnownReturn {
  return {
    id: row.id,
    addressHash: row.address_hash,
    subscriberId: (row.subscriber_id ?? undefined) as SubscriberId | undefined,
    editionOn: (row.edition_on ?? undefined) as Day | undefined,
    kind: row.kind as ReturnKind,
    status: row.status,
    detail: row.detail,
    source: row.source,
  };
}
