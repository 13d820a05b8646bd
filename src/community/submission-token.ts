/**
 * What was found for somebody, on its way through their browser and back: signed, so that no
 * form can put words into a paper; bound to the account; and for an hour only.
 */

import { timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AccountId } from '../accounts/account.js';
import { BroadsheetError } from '../errors.js';
import type { PaperId } from '../papers/identifiers.js';
import type { PaperRecord } from '../papers/paper.js';
import type { AuthorId } from '../sources/orcid.js';

/** What is to be submitted: a paper of the catalogue, or the record of a new one. */
export type Submittable =
  | { readonly kind: 'known'; readonly paperId: PaperId }
  | {
      readonly kind: 'found';
      readonly record: PaperRecord;
      readonly authorIds: readonly AuthorId[];
    };

export type SubmissionTokens = {
  /** @throws BroadsheetError `too_large` for a record that no form can carry */
  readonly seal: (accountId: AccountId, what: Submittable) => string;
  /** @throws BroadsheetError `not_acceptable` for one of another account, or an altered one; `used_up` */
  readonly open: (accountId: AccountId, token: string) => Submittable;
};

const LIVES_MS = 3_600_000;

const PURPOSE = 'submission';

/** A form may be 256 kB, and holds a note besides. */
const LONGEST_TOKEN = 200_000;

type Content = {
  readonly account: string;
  readonly expiresAtMs: number;
  readonly what: Submittable;
};

/** @param keyedHash - made with the secret of this installation */
export function createSubmissionTokens({
  keyedHash,
  now,
}: {
  readonly keyedHash: (purpose: string, text: string) => string;
  readonly now: () => Date;
}): SubmissionTokens {
  return {
    seal(account, what) {
      const content: Content = { account, expiresAtMs: now().getTime() + LIVES_MS, what };
      const text = deflateRawSync(JSON.stringify(content)).toString('base64url');
      if (text.length > LONGEST_TOKEN) {
        throw new BroadsheetError(
          'too_large',
          'The authors and the abstract of this paper are too long for a form.',
          { fix: 'Ask an operator to import the paper from a file.' },
        );
      }
      return `${text}.${keyedHash(PURPOSE, text)}`;
    },

    open(account, token) {
      const [text = '', signature = ''] = token.split('.');
      // Nothing is unpacked or read before it is known to be ours.
      if (!isSame(signature, keyedHash(PURPOSE, text))) throw altered();
      const content = JSON.parse(
        inflateRawSync(Buffer.from(text, 'base64url')).toString('utf8'),
      ) as Content;
      if (content.account !== account) throw altered();
      if (content.expiresAtMs < now().getTime()) {
        throw new BroadsheetError('used_up', 'This preview is more than an hour old.', {
          fix: 'Paste the paper again.',
        });
      }
      return content.what;
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [bytes, otherBytes] = [Buffer.from(one), Buffer.from(other)];
  return bytes.length === otherBytes.length && timingSafeEqual(bytes, otherBytes);
}

function altered(): BroadsheetError {
  return new BroadsheetError('not_acceptable', 'This is no preview that was made for you here.', {
    fix: 'Paste the paper again, and send the form as it is.',
  });
}
