/** Picks as the database keeps them, and the one row by which their changes wait for each other. */

import type { Kysely, Selectable, Transaction } from 'kysely';
import type { AccountId, Role } from '../accounts/account.js';
import type { AnyTransaction } from '../database/connection.js';
import { BroadsheetError } from '../errors.js';
import { addDays, type Day, dateInWords } from '../papers/dates.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Pick, PickKind } from './pick.js';

export type PickTables = {
  picks: {
    day: string;
    paper_id: string;
    kind: PickKind;
    account_id: string | null;
    picked_at_ms: number;
    position: number | null;
    note: string;
    removed_at_ms: number | null;
  };
  pick_lists: { id: number; changes: number };
  frozen_editions: { day: string };
  accounts: {
    id: string;
    name: string;
    display_name: string;
    biography: string;
    role: Role;
    created_at_ms: number;
  };
};

export type PickRow = Selectable<PickTables['picks']>;

/** A database or a transaction that knows picks. */
export type PickSource = Kysely<PickTables> | Transaction<PickTables>;

export function toPick(row: PickRow): Pick {
  return {
    day: row.day as Day,
    paperId: row.paper_id as PaperId,
    kind: row.kind,
    accountId: row.account_id === null ? undefined : (row.account_id as AccountId),
    pickedAtMs: row.picked_at_ms,
    position: row.position ?? undefined,
    note: row.note,
  };
}

/** Waits for whoever else changes a list, until the transaction ends. */
export async function takeTurnAtLists(
  transaction: AnyTransaction,
): Promise<Transaction<PickTables>> {
  const tables = transaction.$extendTables<PickTables>();
  await tables
    .updateTable('pick_lists')
    .set(({ eb }) => ({ changes: eb('changes', '+', 1) }))
    .execute();
  return tables;
}

/** All picks of a paper, those that were taken out included, the latest day first. */
export function picksOfPaper(tables: PickSource, paperId: PaperId): Promise<PickRow[]> {
  return tables
    .selectFrom('picks')
    .selectAll()
    .where('paper_id', '=', paperId)
    .orderBy('day', 'desc')
    .execute();
}

export async function isFrozen(tables: PickSource, day: Day): Promise<boolean> {
  const row = await tables
    .selectFrom('frozen_editions')
    .select('day')
    .where('day', '=', day)
    .executeTakeFirst();
  return row !== undefined;
}

/** The day whose list still takes papers: today, or the next one when today's has been mailed. */
export async function openDay(tables: PickSource, today: Day): Promise<Day> {
  let day = today;
  while (await isFrozen(tables, day)) day = addDays(day, 1);
  return day;
}

/** @throws BroadsheetError `conflict` */
export async function assertOpen(tables: PickSource, day: Day): Promise<void> {
  if (!(await isFrozen(tables, day))) return;
  throw new BroadsheetError(
    'conflict',
    `The list of ${dateInWords(day)} has been mailed and stays as it is.`,
    { fix: 'Put the paper into the list of a later day.' },
  );
}
