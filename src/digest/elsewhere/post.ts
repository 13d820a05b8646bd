/**
 * What becomes of one post: a row for each edition and channel.
 *
 * `posting` is committed before the request leaves. So a post in any other state was not made, or
 * it is known how it ended; one that was left in `posting` may have been made, and becomes
 * `ambiguous`, never to be made again — but where the service counts a repeated post once, it is
 * simply tried again.
 */

import type { Day } from '../../papers/dates.js';

export const POST_STATES = [
  'posting',
  'posted',
  'deferred',
  'failed',
  'ambiguous',
  'skipped',
] as const;

export type PostState = (typeof POST_STATES)[number];

/** Which post: the day whose list it is, and the id of the channel in the settings. */
export type PostKey = { readonly editionOn: Day; readonly target: string };

export type Post = PostKey & {
  readonly state: PostState;
  /** Why it is in that state, in words. */
  readonly detail: string;
  readonly attempt: number;
  readonly tryAtMs: number;
  readonly changedAtMs: number;
};

/** What the other side made of a request. */
export type PostOutcome =
  | { readonly kind: 'posted' }
  /** It was not made, and may be tried again; not before so long. */
  | { readonly kind: 'later'; readonly detail: string; readonly waitMs?: number | undefined }
  /** Trying again is of no use. */
  | { readonly kind: 'refused'; readonly detail: string }
  /** Nobody knows whether it was made. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** A channel, as the settings name it. */
export type PostTarget = {
  readonly id: string;
  readonly kind: 'slack' | 'discord' | 'matrix';
  readonly url: string;
  readonly room?: string | undefined;
  readonly token?: string | undefined;
};

/** Matrix counts a message once however often it is sent. */
export function isRepeatable({ kind }: Pick<PostTarget, 'kind'>): boolean {
  return kind === 'matrix';
}
