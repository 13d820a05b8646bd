/** `/collections`: papers that people have put together. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { AccountId, PublicAccount } from '../../accounts/account.js';
import type { CollectionStore } from '../../community/collection-store.js';
import {
  type Collection,
  type CollectionId,
  mayRead,
  noSuchCollection,
  VISIBILITIES,
} from '../../community/collections.js';
import type { PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { answerAct, back, name, paperNamed, text } from '../act-answer.js';
import { collectionPath } from '../collection-forms.js';
import {
  collectionPage,
  collectionsPage,
  editCollectionPage,
  newCollectionPage,
} from '../collection-pages.js';
import { viewFor, type Web } from '../context.js';
import { isForForm, readForm } from '../form-fields.js';
import { keepSecret } from '../keep-secret.js';
import { type ListingSources, withCommunity } from '../listing.js';
import { askedPage } from '../paging.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type CollectionsWeb = Web &
  Pick<ListingSources, 'standings' | 'votes' | 'dismissals'> & {
    readonly collections: CollectionStore;
    readonly accounts: {
      readonly publicByIds: (
        ids: Iterable<AccountId>,
      ) => Promise<ReadonlyMap<AccountId, PublicAccount>>;
    };
  };

const COLLECTIONS_PER_PAGE = 30;
const PAPERS_PER_PAGE = 50;

/** Further than any collection is long. */
const TO_AN_END = 1_000_000;

const PLACES = { first: -TO_AN_END, up: -1, down: 1, last: TO_AN_END } as const;

const words = {
  title: text,
  description: text.optional().default(''),
  visibility: z.enum(VISIBILITIES).optional().default('private'),
};

const NO_WORDS = { title: '', description: '', visibility: 'private' } as const;

export function collectionsRoute(web: CollectionsWeb): Hono {
  const { collections } = web;

  /** A collection of this address that whoever asks may read. */
  const readable = async (c: Context): Promise<Collection> => {
    const collection = await collections.find(c.req.param('id') ?? '');
    if (collection && mayRead(collection, visitorOf(c).account)) return collection;
    throw noSuchCollection();
  };

  /** The same that whoever asks may change. */
  const owned = async (c: Context): Promise<Collection> => {
    const account = requireAccount(c);
    const collection = await readable(c);
    if (collection.ownerId === account.id) return collection;
    throw noSuchCollection();
  };

  /** An act on a paper of one's own collection. */
  const onPaper = async (
    c: Context,
    act: (id: string, paperId: PaperId) => Promise<object>,
  ): Promise<Response> => {
    requireAccount(c);
    const form = await readForm(c, { paper: name, back });
    const paper = await paperNamed(web.papers, form.paper);
    const id = c.req.param('id') ?? '';
    const outcome = await act(id, paper.id);
    return answerAct(c, {
      back: form.back,
      elsewhere: `/collections/${encodeURIComponent(id)}`,
      json: { collection: id, paper: paper.id, ...outcome },
    });
  };

  return new Hono()
    .get('/collections', async (c) => {
      const { account } = visitorOf(c);
      const page = askedPage(c.req.query('page'), COLLECTIONS_PER_PAGE);
      const own = account && (await collections.ofAccount(account.id));
      const { collections: others, total } = await collections.publicOnes(page);
      const owners = await web.accounts.publicByIds(others.map(({ ownerId }) => ownerId));
      return c.html(collectionsPage(viewFor(web, c), { own, others, owners, page, total }));
    })
    .get('/collections/new', async (c) => {
      requireAccount(c);
      const paper = await paperToSave(web, c.req.query('paper'));
      return c.html(newCollectionPage(viewFor(web, c), { words: NO_WORDS, paper }));
    })
    .post('/collections', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { ...words, paper: name.optional() });
      const paper = form.paper === undefined ? undefined : await paperNamed(web.papers, form.paper);
      let id: CollectionId;
      try {
        id = await collections.create(account.id, form);
      } catch (problem) {
        if (!isForForm(c, problem)) throw problem;
        return c.html(
          newCollectionPage(viewFor(web, c), { words: form, problem, paper }),
          problem.status,
        );
      }
      if (paper) {
        await collections.add(account, id, paper.id, { network: visitorOf(c).network });
      }
      return answerAct(c, { elsewhere: `/collections/${id}`, json: { collection: id } });
    })
    .get('/collections/:id', async (c) => {
      const collection = await readable(c);
      const page = askedPage(c.req.query('page'), PAPERS_PER_PAGE);
      const held = await collections.papersOf(collection.id, page);
      const known = await web.papers.byIds(held.map(({ paperId }) => paperId));
      const { account } = visitorOf(c);
      const dismissed =
        account && (await web.dismissals.dismissedAmong(account.id, [...known.keys()]));
      const kept = held.flatMap(({ paperId, note }) => {
        const paper = known.get(paperId);
        return paper ? { paper, note, isDismissed: dismissed?.has(paperId) ?? false } : [];
      });
      const papers = await withCommunity(web, visitorOf(c), kept);
      const owners = await web.accounts.publicByIds([collection.ownerId]);
      // The address of one that is not public is known to few, and should not be told on.
      if (collection.visibility !== 'public') keepSecret(c);
      return c.html(
        collectionPage(viewFor(web, c), {
          collection,
          owner: owners.get(collection.ownerId),
          papers,
          page,
        }),
      );
    })
    .get('/collections/:id/edit', async (c) => {
      const collection = await owned(c);
      keepSecret(c);
      return c.html(editCollectionPage(viewFor(web, c), collection, { words: collection }));
    })
    .post('/collections/:id', async (c) => {
      const account = requireAccount(c);
      const collection = await owned(c);
      const form = await readForm(c, {
        ...words,
        visibility: z.enum(VISIBILITIES).optional().default(collection.visibility),
      });
      try {
        await collections.describe(account.id, collection.id, form);
      } catch (problem) {
        if (!isForForm(c, problem)) throw problem;
        return c.html(
          editCollectionPage(viewFor(web, c), collection, { words: form, problem }),
          problem.status,
        );
      }
      return answerAct(c, {
        elsewhere: collectionPath(collection),
        json: { collection: collection.id },
      });
    })
    .post('/collections/:id/delete', async (c) => {
      const account = requireAccount(c);
      const id = c.req.param('id');
      await collections.remove(account.id, id);
      return answerAct(c, { elsewhere: '/collections', json: { collection: id, removed: true } });
    })
    .post('/collections/:id/papers', (c) =>
      onPaper(c, async (id, paperId) => {
        const { network } = visitorOf(c);
        await collections.add(requireAccount(c), id, paperId, { network });
        return { saved: true };
      }),
    )
    .post('/collections/:id/papers/remove', (c) =>
      onPaper(c, async (id, paperId) => {
        await collections.takeOut(requireAccount(c).id, id, paperId);
        return { saved: false };
      }),
    )
    .post('/collections/:id/papers/note', (c) =>
      onPaper(c, async (id, paperId) => {
        const { note } = await readForm(c, { note: text });
        await collections.annotate(requireAccount(c).id, id, paperId, note);
        return { noted: true };
      }),
    )
    .post('/collections/:id/papers/move', (c) =>
      onPaper(c, async (id, paperId) => {
        const { to } = await readForm(c, { to: z.enum(['first', 'up', 'down', 'last']) });
        await collections.move(requireAccount(c).id, id, paperId, PLACES[to]);
        return { moved: to };
      }),
    );
}

/** The paper that somebody wants to begin a collection with, if it is one. */
async function paperToSave(web: Web, given: string | undefined): Promise<Paper | undefined> {
  if (given === undefined) return undefined;
  return paperNamed(web.papers, given).catch(() => undefined);
}
