/**
 * The links of the audit log. Each row's hash covers the row and the hash before it, so a row
 * that was changed, taken out or put in breaks the chain from there on.
 *
 * A person has the right to be forgotten, and a chain forbids to change anything. Both hold,
 * because a hash covers not the words that may tell of a person (who acted, on whom, the
 * details) but the *seal* of each, its own hash; to forget is to put the seal in place of the
 * words, which leaves every link as it was. What lies under a seal is a random id, or details
 * with random text among them, so that nobody finds the words by trying.
 */

import { createHash } from 'node:crypto';

export type AuditRow = {
  /** From 1, without gaps. */
  readonly number: number;
  readonly atMs: number;
  /** An account's id, or `command-line`. */
  readonly actor: string;
  /** What was done, in words with hyphens: `comment-hidden`. */
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  /** JSON. */
  readonly details: string;
  readonly hashBefore: string;
  readonly hash: string;
};

/** What stands before the first row. */
export const FIRST_HASH: string = '0'.repeat(64);

const SEALED = /^sealed:([0-9a-f]{64})$/;

/** What stands in the place of words that were forgotten. */
export function sealOf(words: string): string {
  return SEALED.test(words) ? words : `sealed:${sha256(words)}`;
}

export function isSealed(words: string): boolean {
  return SEALED.test(words);
}

/** The hash of a row, the same before and after words in it were sealed. */
export function hashOf(row: Omit<AuditRow, 'hash'>): string {
  return sha256(
    JSON.stringify([
      row.number,
      row.atMs,
      sealOf(row.actor),
      row.action,
      row.targetKind,
      sealOf(row.targetId),
      sealOf(row.details),
      row.hashBefore,
    ]),
  );
}

/** Where a log stops being the one that was written. */
export type ChainState = { readonly number: number; readonly hash: string };

/** Before any row. */
export const CHAIN_START: ChainState = { number: 0, hash: FIRST_HASH };

/**
 * The first row in a run of rows that does not follow from those before it.
 *
 * @param rows - in the order of their numbers, the first one right after `state`
 * @returns the number at which the chain breaks, or the state to go on from
 */
export function followChain(
  state: ChainState,
  rows: readonly AuditRow[],
): { readonly brokenAt: number } | ChainState {
  let { number, hash } = state;
  for (const row of rows) {
    const follows = row.number === number + 1 && row.hashBefore === hash;
    if (!follows || row.hash !== hashOf(row)) return { brokenAt: number + 1 };
    number = row.number;
    hash = row.hash;
  }
  return { number, hash };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
