/** Choosing the papers of one person's letter. */

import type { AccountId } from '../../accounts/account.js';
import type { DismissalReader } from '../../community/dismissal-store.js';
import type { FollowReader } from '../../community/follow-store.js';
import { inSlices } from '../../community/moderation/slices.js';
import type { Embedder } from '../../embedding/embedder.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { Day } from '../../papers/dates.js';
import type { PaperId } from '../../papers/identifiers.js';
import { FEWEST_LIKED, likeYours } from '../../recommend/like-yours.js';
import type { LikedPaper, LikedPaperReader } from '../../recommend/like-yours-store.js';
import { createPaperVectors } from '../../recommend/like-yours-vectors.js';
import type { Subscriber } from '../subscriptions/subscription.js';
import type { Offer } from './candidate.js';
import { choosePapers, type Hidden } from './choose-papers.js';
import type { Contents } from './contents.js';
import type { SentPaperReader } from './sent-paper-store.js';
import { createShelves, type Shelf, type ShelfSources } from './shelf.js';
import { spanFor } from './span.js';
import { offersFor, type Wish, wishesOf } from './wishes.js';

export type ContentsMaker = {
  /**
   * The papers that somebody has not been sent yet, from the edition and from what they care for.
   * Empty contents mean that there is nothing new. Changes nothing.
   *
   * @param editionOn - the subscriber's own date
   */
  readonly make: (subscriber: Subscriber, editionOn: Day) => Promise<Contents>;
};

export type ContentsParts = Omit<ShelfSources, 'papers' | 'vectors'> & {
  readonly papers: Pick<PaperReader, 'byIds' | 'revision'>;
  readonly sentPapers: SentPaperReader;
  readonly follows: Pick<FollowReader, 'followsOf'>;
  readonly dismissals: Pick<DismissalReader, 'dismissedAmong'>;
  readonly likedPapers: LikedPaperReader;
  /** Asked for when it is first needed; always of one model. */
  readonly embedder: () => Promise<Pick<Embedder, 'embed'>>;
  /** A part that fails is left out of a letter; what it would have had comes with the next. */
  readonly onFailure: (what: string, error: unknown) => void;
};

/** What somebody cares for, as far as we know. */
type Cares = { readonly wishes: readonly Wish[]; readonly liked: readonly LikedPaper[] };

/** Papers of the edition; who is sent thirty a day needs no more over a weekend. */
const MOST_OFFERED = 200;

/** What somebody liked lately, and how long ago that is at most. */
const MOST_LIKED = 50;
const LIKED_WITHIN_MS = 365 * 86_400_000;

export function createContentsMaker(parts: ContentsParts): ContentsMaker {
  const vectors = createPaperVectors(parts);
  const shelfFor = createShelves({ ...parts, vectors });

  const caresOf = async ({ preferences, accountId }: Subscriber): Promise<Cares> => {
    const { searches, follows, interests } = preferences;
    const [followed, liked] = await Promise.all([
      accountId && follows ? parts.follows.followsOf(accountId) : [],
      accountId && interests ? likedBy(accountId) : [],
    ]);
    return {
      wishes: wishesOf(searches, followed),
      // Of one or two, nobody can say what somebody likes.
      liked: liked.length < FEWEST_LIKED ? [] : liked,
    };
  };

  const likedBy = (accountId: AccountId): Promise<readonly LikedPaper[]> =>
    parts.likedPapers.likedBy(accountId, {
      sinceMs: parts.now().getTime() - LIKED_WITHIN_MS,
      limit: MOST_LIKED,
    });

  const offerLike = async (shelf: Shelf, liked: readonly LikedPaper[]): Promise<Offer[]> => {
    if (liked.length === 0 || shelf.byId.size === 0) return [];
    try {
      const [field, embedded] = await Promise.all([shelf.field(), vectors.of(liked)]);
      const titles = new Map(liked.map(({ id, title }) => [id, title]));
      return (await inSlices(likeYours(field, embedded))).flatMap((likeness): Offer[] => {
        const candidate = shelf.byId.get(likeness.id);
        const title = titles.get(likeness.nearest) ?? '';
        const { papers } = likeness;
        return candidate ? [{ candidate, reasons: [{ kind: 'like', papers, title }] }] : [];
      });
    } catch (error) {
      shelf.tell('Letters lack papers like those that their readers saved', error);
      return [];
    }
  };

  const hiddenFrom = async (
    { id, accountId }: Subscriber,
    offers: readonly Offer[],
  ): Promise<Hidden> => {
    const ids = [...new Set(offers.map(({ candidate }) => candidate.id))];
    const titleKeys = [...new Set(offers.map(({ candidate }) => candidate.titleKey))];
    const [sent, dismissed] = await Promise.all([
      parts.sentPapers.sentTo(id, ids, titleKeys),
      accountId ? parts.dismissals.dismissedAmong(accountId, ids) : new Set<PaperId>(),
    ]);
    return { ids: sent.ids.union(dismissed), titleKeys: sent.titleKeys };
  };

  return {
    async make(subscriber, editionOn) {
      const { cadence, trending, papers } = subscriber.preferences;
      const [shelf, { wishes, liked }] = await Promise.all([
        shelfFor(spanFor(cadence, editionOn)),
        caresOf(subscriber),
      ]);
      const { day, dayTotal, candidates } = shelf.stock;
      // Who does without the edition and cares for nothing yet would never get a letter.
      const hasEdition = trending || (wishes.length === 0 && liked.length === 0);
      const [follows, interests] = await Promise.all([
        offerWished(shelf, wishes),
        offerLike(shelf, liked),
      ]);
      const edition = (hasEdition ? candidates.slice(0, MOST_OFFERED) : []).map(
        (candidate): Offer => ({ candidate, reasons: [] }),
      );
      const hidden = await hiddenFrom(subscriber, [...follows, ...interests, ...edition]);
      const offers = { follows, interests, edition };
      const chosen = choosePapers(offers, hidden, { most: papers, hasEdition });
      const ofDay = chosen.filter(({ candidate }) => candidate.isOfDay).length;
      return {
        day,
        papers: chosen.map(({ paper }) => paper),
        more: Math.max(0, dayTotal - ofDay),
      };
    },
  };
}

async function offerWished(shelf: Shelf, wishes: readonly Wish[]): Promise<Offer[]> {
  const answers = await Promise.allSettled(wishes.map(shelf.find));
  const found = answers.flatMap((answer) => {
    if (answer.status === 'fulfilled') return [answer.value];
    shelf.tell('Letters lack what their readers follow', answer.reason);
    return [];
  });
  return offersFor(found);
}
