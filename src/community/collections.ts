/** What a collection is: papers that somebody has put together, in an order, with notes. */

import { type Account, type AccountId, hasRole } from '../accounts/account.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import { cleanLine, cleanText } from '../papers/record.js';

/**
 * Who may read a collection: its owner alone, whoever knows its address (which nobody can
 * guess, and which is listed nowhere), or all.
 */
export const VISIBILITIES = ['private', 'link', 'public'] as const;

export type Visibility = (typeof VISIBILITIES)[number];

/** Random and long, so that it is a secret where the visibility is `link`. */
export type CollectionId = string & { readonly brand: 'CollectionId' };

export type Collection = {
  readonly id: CollectionId;
  readonly ownerId: AccountId;
  readonly title: string;
  /** Plain text; may be empty. */
  readonly description: string;
  readonly visibility: Visibility;
  readonly createdAtMs: number;
  /** When it or its list last changed. */
  readonly changedAtMs: number;
  /** Whether a moderator has hidden it, or banned its owner: nobody else reads it then. */
  readonly isHidden: boolean;
  /** How many papers it holds. */
  readonly papers: number;
};

export type CollectedPaper = {
  readonly paperId: PaperId;
  /** What the owner says of it; plain text, may be empty. */
  readonly note: string;
  readonly addedAtMs: number;
};

/** What its owner may write about a collection. */
export type CollectionWords = Pick<Collection, 'title' | 'description' | 'visibility'>;

export const MOST_COLLECTIONS = 100;
export const MOST_COLLECTED_PAPERS = 1_000;

export const LONGEST_TITLE = 120;
export const LONGEST_DESCRIPTION = 2_000;
export const LONGEST_NOTE = 1_000;

/**
 * The words as they are kept: clean, and within their lengths.
 *
 * @throws BroadsheetError `not_acceptable`
 */
export function collectionWords(words: CollectionWords): CollectionWords {
  const title = cleanLine(words.title);
  const description = cleanText(words.description);
  if (!title) {
    throw new BroadsheetError('not_acceptable', 'A collection needs a title.');
  }
  assertFits('title', title, LONGEST_TITLE);
  assertFits('description', description, LONGEST_DESCRIPTION);
  return { title, description, visibility: words.visibility };
}

/** @throws BroadsheetError `not_acceptable` */
export function collectionNote(text: string): string {
  const note = cleanText(text);
  assertFits('note', note, LONGEST_NOTE);
  return note;
}

/** Whether somebody may read a collection; `undefined` is a stranger. */
export function mayRead(
  { ownerId, visibility, isHidden }: Pick<Collection, 'ownerId' | 'visibility' | 'isHidden'>,
  reader: Pick<Account, 'id' | 'role'> | undefined,
): boolean {
  if (reader?.id === ownerId) return true;
  if (visibility === 'private') return false;
  return !isHidden || hasRole(reader, 'moderator');
}

/**
 * The position that puts something between others, so that none of them has to move.
 *
 * @param positions - of the others, rising
 * @param at - how many of them come before it
 * @returns `undefined` where numbers have no room left between its neighbours
 */
export function positionAt(positions: readonly number[], at: number): number | undefined {
  const before = positions[at - 1];
  const after = positions[at];
  if (before === undefined && after === undefined) return 1;
  if (before === undefined) return (after as number) - 1;
  if (after === undefined) return before + 1;
  const middle = before + (after - before) / 2;
  return before < middle && middle < after ? middle : undefined;
}

/** Of somebody else's, too: whether there is one that is not theirs is nobody's to learn. */
export function noSuchCollection(): BroadsheetError {
  return new BroadsheetError('not_found', 'There is no such collection here.', {
    fix: 'Check the address; its owner may have made it private or removed it.',
  });
}

export function notInCollection(): BroadsheetError {
  return new BroadsheetError('not_found', 'This collection does not hold that paper.', {
    fix: 'Read the collection again; it may have been taken out.',
  });
}

export function tooManyCollections(): BroadsheetError {
  return new BroadsheetError(
    'conflict',
    `You have ${MOST_COLLECTIONS} collections, and nobody can have more.`,
    { fix: 'Remove one that you no longer need.' },
  );
}

export function tooManyPapers(): BroadsheetError {
  return new BroadsheetError(
    'conflict',
    `This collection holds ${MOST_COLLECTED_PAPERS.toLocaleString('en-GB')} papers, and none holds more.`,
    { fix: 'Put the paper into another collection.' },
  );
}

function assertFits(what: string, text: string, most: number): void {
  if (text.length <= most) return;
  const [length, limit] = [text.length, most].map((each) => each.toLocaleString('en-GB'));
  throw new BroadsheetError(
    'not_acceptable',
    `The ${what} has ${length} characters; at most ${limit} are kept.`,
    { fix: `Shorten the ${what} and send it again.` },
  );
}
