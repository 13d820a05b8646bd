/** One person's letter: what it says, in both its forms, and its headers. */

import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import type { Contents } from '../contents/contents.js';
import type { Subscriber } from '../subscriptions/subscription.js';

/** What letters tell of the site. */
export type LetterSite = {
  readonly title: string;
  readonly tagline: string;
  /** Without a slash at its end; links are made of it. */
  readonly origin: string;
  /** The address that letters come from. */
  readonly from: string;
  /** Where bounces come back to, and requests to leave by mail; absent where none can. */
  readonly returnAddress?: string | undefined;
  /** The operator's address, told to readers. */
  readonly contact?: string | undefined;
};

/** Everything that one letter is made of. */
export type LetterMatter = {
  readonly site: LetterSite;
  readonly subscriber: Subscriber & { readonly address: string };
  readonly editionOn: Day;
  /** Without angle brackets. */
  readonly messageId: string;
  readonly contents: Contents;
  /** Papers that are gone are left out. */
  readonly papers: ReadonlyMap<PaperId, Paper>;
};

export type DigestLetter = {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  /** The line that mail programs show beside the subject. */
  readonly preheader: string;
  readonly text: string;
  readonly html: string;
  /** Without angle brackets. */
  readonly messageId: string;
  /** As they stand in the letter: ASCII on one line, encoded where a name needs it. */
  readonly headers: Readonly<Record<string, string>>;
};

export type MakeDigestLetter = (matter: LetterMatter) => DigestLetter;
