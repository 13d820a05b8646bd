/**
 * From what somebody pastes to a paper in the list of the day, in two steps: a look at what it
 * is, which changes nothing, and the word that it is meant. A paper that is in a list already
 * gets the vote of whoever brings it again.
 */

import type { Account } from '../accounts/account.js';
import { BroadsheetError } from '../errors.js';
import type { PaperReader, PaperWriter } from '../papers/catalogue.js';
import { type Day, dayAt } from '../papers/dates.js';
import { type PaperId, paperPath } from '../papers/identifiers.js';
import type { PaperFacts, PaperRecord } from '../papers/paper.js';
import { cleanText } from '../papers/record.js';
import type { PaperLookup } from '../sources/lookup/paper-lookup-client.js';
import type { ActOrigin } from './evidence-keeper.js';
import { matchesBlocklist } from './moderation/blocklist.js';
import type { BlocklistReader } from './moderation/blocklist-store.js';
import { LONGEST_NOTE } from './pick.js';
import {
  ageRemark,
  mostPerDay,
  refusalOfPaper,
  refusalOfPerson,
  type SubmissionRules,
} from './submission-rules.js';
import type { Listed, SubmissionStore } from './submission-store.js';
import type { SubmissionTokens, Submittable } from './submission-token.js';

/** What somebody may still submit. */
export type Allowance = {
  /** The day into whose list it goes. */
  readonly day: Day;
  /** `undefined` is as many as they like. */
  readonly left: number | undefined;
  /** Why they may not submit anything now. */
  readonly refusal: BroadsheetError | undefined;
};

/** What a pasted text led to. */
export type Looked =
  /** It is in a list already, and the vote has been cast. */
  | { readonly kind: 'listed'; readonly paperId: PaperId; readonly day: Day }
  | {
      readonly kind: 'preview';
      readonly paper: PaperFacts;
      /** Of a paper that the catalogue has. */
      readonly paperId: PaperId | undefined;
      readonly day: Day;
      /** To be handed to `confirm`. */
      readonly token: string;
      /** What a curator should know before. */
      readonly remark: string | undefined;
    };

export type LookOptions = ActOrigin & { readonly signal?: AbortSignal | undefined };

/** Each throws a `BroadsheetError` below 500 that says which rule stands against it. */
export type Submissions = {
  readonly rules: SubmissionRules;
  readonly allowance: (account: Account) => Promise<Allowance>;
  readonly look: (account: Account, text: string, options?: LookOptions) => Promise<Looked>;
  readonly confirm: (
    account: Account,
    submission: { readonly token: string; readonly note: string },
    origin?: ActOrigin,
  ) => Promise<Listed>;
};

export function createSubmissions({
  papers,
  lookup,
  store,
  tokens,
  blocklist,
  rules,
  timeZone,
  now,
}: {
  readonly papers: Pick<PaperReader, 'byIds'> & Pick<PaperWriter, 'add'>;
  readonly lookup: PaperLookup;
  readonly store: SubmissionStore;
  readonly tokens: SubmissionTokens;
  readonly blocklist: BlocklistReader;
  readonly rules: SubmissionRules;
  /** An IANA name; a day is one of this zone. */
  readonly timeZone: string;
  readonly now: () => Date;
}): Submissions {
  const today = (): Day => dayAt(now(), timeZone);

  const allowance = async (account: Account): Promise<Allowance> => {
    const { day, submitted, isKnownAuthor } = await store.stateOf(account.id, today());
    const moment = now();
    const most = mostPerDay(account, rules, moment);
    return {
      day,
      left: most === undefined ? undefined : Math.max(0, most - submitted),
      refusal: refusalOfPerson(account, { rules, isKnownAuthor, submitted, now: moment }),
    };
  };

  const listedIn = async (
    account: Account,
    paperId: PaperId,
    origin: ActOrigin,
  ): Promise<Looked | undefined> => {
    const day = await store.dayOf(paperId);
    if (!day) return undefined;
    await store.vote(account, paperId, origin);
    return { kind: 'listed', paperId, day };
  };

  /** The facts of what is to be submitted, once no rule stands against it. */
  const permitted = async (account: Account, what: Submittable): Promise<PaperFacts> => {
    if (what.kind === 'found') {
      await assertNotBlocked(what.record);
      const refusal = refusalOfPaper(account, what.record, { rules, isOwn: false, today: today() });
      if (refusal) throw refusal;
      return what.record;
    }
    const paper = (await papers.byIds([what.paperId])).get(what.paperId);
    if (!paper) throw new BroadsheetError('not_found', 'This paper is no longer here.');
    const isOwn = await store.isOwn(account.id, what.paperId);
    const refusal = refusalOfPaper(account, paper, { rules, isOwn, today: today() });
    if (refusal) throw leadingTo(what.paperId, refusal);
    return paper;
  };

  /** What comes from pages and people; what archives hold was looked at there. */
  const assertNotBlocked = async ({ source, title, abstract, links }: PaperRecord) => {
    if (source !== 'web' && source !== 'bibtex') return;
    const subject = { text: `${title}\n${abstract}`, links: links.map(({ url }) => url) };
    if (matchesBlocklist(await blocklist.entries(), subject)) throw blocked();
  };

  return {
    rules,
    allowance,

    async look(account, text, { signal, network } = {}) {
      const origin = { network };
      const knownId = await lookup.known(text);
      const before = knownId && (await listedIn(account, knownId, origin));
      if (before) return before;
      const { day, refusal } = await allowance(account);
      if (refusal) throw refusal;

      const entries = await blocklist.entries();
      const found = await lookup.lookUp(text, {
        signal,
        // Which entry it is, is not told: whoever wants to pass the list would try until one does.
        refusing: (host) =>
          matchesBlocklist(entries, { links: [`https://${host}`] })
            ? `Pages of ${host} are not taken on this instance.`
            : undefined,
      });
      const paperId = found.kind === 'known' ? found.paperId : undefined;
      const listed = paperId && (await listedIn(account, paperId, origin));
      if (listed) return listed;
      const paper = await permitted(account, found);
      return {
        kind: 'preview',
        paper,
        paperId,
        day,
        token: tokens.seal(account.id, found),
        remark: ageRemark(paper, { rules, today: today() }),
      };
    },

    async confirm(account, { token, note: written }, origin) {
      const what = tokens.open(account.id, token);
      const note = cleanText(written);
      if (note.length > LONGEST_NOTE) {
        throw new BroadsheetError(
          'not_acceptable',
          `The note has ${note.length} characters; at most ${LONGEST_NOTE} are kept.`,
        );
      }
      if (matchesBlocklist(await blocklist.entries(), { text: note, links: linksIn(note) })) {
        throw blocked();
      }
      const moment = now();
      const { isKnownAuthor } = await store.stateOf(account.id, today());
      // How many there are already is counted where nobody can add one meanwhile.
      const person = { rules, isKnownAuthor, submitted: 0, now: moment };
      const refusal = refusalOfPerson(account, person);
      if (refusal) throw refusal;
      await permitted(account, what);
      const paperId = await idOf(what);
      // The record may have turned out to be one of a paper that was here under another name.
      await permitted(account, { kind: 'known', paperId });
      return store.submit(account, {
        paperId,
        authorIds: what.kind === 'found' ? what.authorIds : [],
        note,
        today: today(),
        most: mostPerDay(account, rules, moment),
        origin,
      });
    },
  };

  async function idOf(what: Submittable): Promise<PaperId> {
    if (what.kind === 'known') return what.paperId;
    const [outcome] = await papers.add([what.record]);
    if (!outcome) throw new RangeError('a record was added and has no outcome');
    return outcome.id;
  }
}

function linksIn(text: string): readonly string[] {
  return text.match(/https?:\/\/[^\s<>"]+/gi) ?? [];
}

/** A refusal of a paper that can be read here, all the same. */
function leadingTo(paperId: PaperId, { code, message, fix }: BroadsheetError): BroadsheetError {
  return new BroadsheetError(code, message, { fix: `${fix} It is at ${paperPath(paperId)}.` });
}

function blocked(): BroadsheetError {
  return new BroadsheetError(
    'not_acceptable',
    'Something in it is on the list of what this instance does not take.',
    { fix: 'Ask a moderator if you think that it should be taken.' },
  );
}
