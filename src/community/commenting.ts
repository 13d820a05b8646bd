/**
 * Saying something about a paper: what was typed is read and judged, then written. Every way in
 * (pages, interfaces for programs) goes through here, so that the same rules hold for all.
 */

import type { Account } from '../accounts/account.js';
import type { PaperId } from '../papers/identifiers.js';
import type { Comment, CommentId } from './comment.js';
import { type Judgement, judge, type NewComments } from './comment-rules.js';
import { type CommentText, readCommentText } from './comment-text.js';
import type { CommentWriter } from './comment-writer-store.js';

/** Who comments: what the rules look at, the address for the blocklist. */
export type Commenter = Pick<Account, 'id' | 'role' | 'createdAtMs' | 'trustedAtMs' | 'email'>;

/** What may stand on the blocklist. */
export type Suspicious = {
  readonly text: string;
  /** Addresses of the web that it links to. */
  readonly links: readonly string[];
  /** The mail address of whoever wrote it. */
  readonly email: string | undefined;
};

export type Commenting = {
  /** @throws BroadsheetError as {@link CommentWriter.write}, and `not_acceptable` */
  readonly post: (
    account: Commenter,
    comment: {
      readonly paperId: PaperId;
      readonly parentId?: CommentId | undefined;
      readonly text: string;
      readonly network?: string | undefined;
    },
  ) => Promise<Comment>;
  /** @throws BroadsheetError as {@link CommentWriter.edit}, and `not_acceptable` */
  readonly edit: (account: Commenter, id: CommentId, text: string) => Promise<Comment>;
};

export function createCommenting({
  store,
  newComments,
  isBlocked,
  now,
}: {
  readonly store: Pick<CommentWriter, 'write' | 'edit'>;
  readonly newComments: NewComments;
  readonly isBlocked: (what: Suspicious) => Promise<boolean>;
  readonly now: () => Date;
}): Commenting {
  async function judged(account: Commenter, { text, markdown }: CommentText): Promise<Judgement> {
    const { links, mentions } = markdown;
    return judge({
      links: links.length,
      mentions: mentions.length,
      account,
      now: now(),
      newComments,
      blocked: await isBlocked({ text, links, email: account.email }),
    });
  }

  return {
    async post(account, { paperId, parentId, text: typed, network }) {
      const read = readCommentText(typed);
      const judgement = await judged(account, read);
      return store.write({ ...judgement, account, paperId, parentId, text: read.text, network });
    },
    async edit(account, id, typed) {
      const read = readCommentText(typed);
      return store.edit({ ...(await judged(account, read)), account, id, text: read.text });
    },
  };
}
