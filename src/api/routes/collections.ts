/** `/collections`: the papers that somebody has put together. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { PublicAccount } from '../../accounts/account.js';
import {
  type Collection,
  collectionNote,
  mayRead,
  noSuchCollection,
  VISIBILITIES,
} from '../../community/collections.js';
import { askerOf, readerOf, requireScope } from '../bearer.js';
import { bodyOf, optionalBodyOf } from '../json-body.js';
import { answerMethod } from '../methods.js';
import { momentJson } from '../moments.js';
import { askedPage } from '../paging.js';
import { paperJsons, paperNamed } from '../paper-json.js';
import type { ApiServices } from '../services.js';

const visibility = z.enum(VISIBILITIES);

export function collectionsRoute(services: ApiServices): Hono {
  const { accounts, collections, networkOf, papers } = services;

  const mine = (c: Context) =>
    answerMethod(c, {
      GET: async () => {
        const account = requireScope(c, 'read');
        const own = await collections.ofAccount(account.id);
        return c.json({ collections: own.map((each) => collectionJson(each, account)) });
      },
      POST: async () => {
        const account = requireScope(c, 'collections');
        const words = bodyOf(c, {
          title: z.string(),
          description: z.string().optional().default(''),
          visibility: visibility.optional().default('private'),
        });
        const id = await collections.create(account.id, words);
        c.header('Location', `${c.req.path}/${id}`);
        return c.json(collectionJson(await found(id), account), 201);
      },
    });

  const one = (c: Context, id: string) =>
    answerMethod(c, {
      GET: async () => {
        const collection = await readable(c, id);
        const page = askedPage(c);
        const [held, owners] = await Promise.all([
          collections.papersOf(collection.id, page),
          accounts.publicByIds([collection.ownerId]),
        ]);
        const known = await papers.byIds(held.map(({ paperId }) => paperId));
        const kept = held.flatMap(({ paperId, note, addedAtMs }) => {
          const paper = known.get(paperId);
          return paper ? [{ paper, note, addedAtMs }] : [];
        });
        const jsons = await paperJsons(
          services,
          c,
          kept.map(({ paper }) => paper),
        );
        return c.json({
          ...collectionJson(collection, owners.get(collection.ownerId)),
          page: page.page,
          limit: page.limit,
          entries: kept.map(({ note, addedAtMs }, at) => ({
            paper: jsons[at],
            note,
            addedAt: momentJson(addedAtMs),
          })),
        });
      },
      PATCH: async () => {
        const account = requireScope(c, 'collections');
        const changes = bodyOf(c, {
          title: z.string().optional(),
          description: z.string().optional(),
          visibility: visibility.optional(),
        });
        const before = await found(id);
        await collections.describe(account.id, id, {
          title: changes.title ?? before.title,
          description: changes.description ?? before.description,
          visibility: changes.visibility ?? before.visibility,
        });
        return c.json(collectionJson(await found(id), account));
      },
      DELETE: async () => {
        const account = requireScope(c, 'collections');
        await collections.remove(account.id, id);
        return c.json({ collection: id, deleted: true });
      },
    });

  const held = (c: Context, id: string, name: string) =>
    answerMethod(c, {
      PUT: async () => {
        const account = requireScope(c, 'collections');
        const { note } = optionalBodyOf(c, { note: z.string().optional() });
        // What cannot be kept is refused before anything is.
        if (note !== undefined) collectionNote(note);
        const paper = await paperNamed(services, name);
        const origin = { network: networkOf(c) };
        const { changed } = await collections.add(account, id, paper.id, origin);
        if (note !== undefined) await collections.annotate(account.id, id, paper.id, note);
        return c.json({ collection: id, paper: paper.id, saved: true }, changed ? 201 : 200);
      },
      DELETE: async () => {
        const account = requireScope(c, 'collections');
        const paper = await paperNamed(services, name);
        await collections.takeOut(account.id, id, paper.id);
        return c.json({ collection: id, paper: paper.id, saved: false });
      },
    });

  return new Hono()
    .all('/collections', mine)
    .all('/collections/:id', (c) => one(c, c.req.param('id')))
    .all('/collections/:id/papers/:paper{.+}', (c) =>
      held(c, c.req.param('id'), c.req.param('paper')),
    );

  async function found(id: string): Promise<Collection> {
    const collection = await collections.find(id);
    if (collection) return collection;
    throw noSuchCollection();
  }

  /** What whoever asks may not read is not there; unless it is their own, and the token's lack. */
  async function readable(c: Context, id: string): Promise<Collection> {
    const collection = await found(id);
    if (mayRead(collection, readerOf(c))) return collection;
    if (mayRead(collection, askerOf(c)?.account)) requireScope(c, 'read');
    throw noSuchCollection();
  }
}

function collectionJson(
  collection: Collection,
  owner: Pick<PublicAccount, 'name' | 'displayName'> | undefined,
) {
  const { id, title, description, visibility: seenBy, isHidden, papers } = collection;
  return {
    id,
    title,
    description,
    visibility: seenBy,
    /** Whether a moderator has hidden it from all but its owner. */
    hidden: isHidden,
    owner: owner ? { name: owner.name, displayName: owner.displayName } : null,
    /** How many papers it holds. */
    total: papers,
    createdAt: momentJson(collection.createdAtMs),
    changedAt: momentJson(collection.changedAtMs),
    path: `/collections/${id}`,
  };
}
