/** What one can follow, and what is searched for it. */

import { BroadsheetError } from '../errors.js';
import { cleanLine } from '../papers/record.js';

export const FOLLOW_KINDS = ['author', 'category', 'topic', 'search'] as const;

export type FollowKind = (typeof FOLLOW_KINDS)[number];

export type Follow = {
  readonly kind: FollowKind;
  /** What is compared: two spellings of one author have the same. */
  readonly value: string;
  /** As the person wrote it. */
  readonly label: string;
};

export type KeptFollow = Follow & { readonly followedAtMs: number };

export const MOST_FOLLOWS = 200;

/** Longer than any name; a search that is longer is a text that somebody pasted. */
export const LONGEST_FOLLOWED = 300;

/** What would end a quoted value of a query. */
const QUOTES = /["“”„«»]/g;

/**
 * What somebody wants to follow, as it is kept.
 *
 * @throws BroadsheetError `not_acceptable` for nothing, or for too much
 */
export function toFollow(kind: FollowKind, text: string): Follow {
  const line = cleanLine(text);
  const label = kind === 'search' ? line : cleanLine(line.replace(QUOTES, ' '));
  if (!label) {
    throw new BroadsheetError('not_acceptable', 'There is nothing here to follow.', {
      fix: 'Name an author, a category, a topic or a search.',
    });
  }
  if (label.length > LONGEST_FOLLOWED) {
    const length = label.length.toLocaleString('en-GB');
    throw new BroadsheetError(
      'not_acceptable',
      `This has ${length} characters; what can be followed has at most ${LONGEST_FOLLOWED}.`,
      { fix: 'Follow a search of a few telling words.' },
    );
  }
  return { kind, value: kind === 'search' ? label : label.toLowerCase(), label };
}

/** The query that finds what is followed, in the language of the search box. */
export function queryOf({ kind, label }: Pick<Follow, 'kind' | 'label'>): string {
  if (kind === 'author') return `author:"${label}"`;
  if (kind === 'category') return /^[\w.-]+$/.test(label) ? `cat:${label}` : `cat:"${label}"`;
  if (kind === 'topic') return `"${label}"`;
  return label;
}

export function tooManyFollows(): BroadsheetError {
  return new BroadsheetError(
    'conflict',
    `You follow ${MOST_FOLLOWS} authors, categories, topics and searches, and nobody can follow more.`,
    { fix: 'End one that you no longer need.' },
  );
}
