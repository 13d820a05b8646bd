/** `/papers/ID`: a paper, the votes for it, and what is said of it. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { readerOf, requireScope } from '../bearer.js';
import { commentJson } from '../comment-json.js';
import { bodyOf } from '../json-body.js';
import { answerMethod } from '../methods.js';
import { askedNumber } from '../paging.js';
import { paperJsons, paperNamed } from '../paper-json.js';
import type { ApiServices } from '../services.js';
import { answerWritten, parentIn } from './comments.js';

const BASE = '/papers/';

/** A slash that belongs to the name of a paper may be written `%2F`, and here has to be. */
const PART = /\/(vote|comments)$/;

/** Further than any discussion goes. */
const GREATEST_PAGE = 10_000;

export function papersRoute(services: ApiServices): Hono {
  const { votes, comments, commenting, networkOf } = services;

  const paper = (c: Context, name: string) =>
    answerMethod(c, {
      GET: async () => {
        const [json] = await paperJsons(services, c, [await paperNamed(services, name)]);
        return c.json(json);
      },
    });

  const vote = (c: Context, name: string) =>
    answerMethod(c, {
      PUT: async () => {
        const account = requireScope(c, 'vote');
        const { id } = await paperNamed(services, name);
        const outcome = await votes.cast(account, id, { network: networkOf(c) });
        return c.json({ paper: id, votes: outcome.votes, voted: outcome.voted });
      },
      DELETE: async () => {
        const account = requireScope(c, 'vote');
        const { id } = await paperNamed(services, name);
        const outcome = await votes.undo(account.id, id);
        return c.json({ paper: id, votes: outcome.votes, voted: outcome.voted });
      },
    });

  const discussion = (c: Context, name: string) =>
    answerMethod(c, {
      GET: async () => {
        const asked = askedNumber(c, 'page', { usual: 1, greatest: GREATEST_PAGE });
        const { id } = await paperNamed(services, name);
        const read = await comments.discussionOf(id, readerOf(c), asked);
        // The store answers beyond the end with its last page, which a program has read already.
        const entries = asked > read.pages ? [] : read.entries;
        return c.json({
          paper: id,
          comments: entries.map((entry) => commentJson(id, entry)),
          count: read.count,
          page: asked,
          pages: read.pages,
          lock: read.lock ?? null,
        });
      },
      POST: async () => {
        const account = requireScope(c, 'comment');
        const { text, parent } = bodyOf(c, {
          text: z.string(),
          parent: z.string().nullish(),
        });
        const { id: paperId } = await paperNamed(services, name);
        const parentId = parentIn(parent);
        const network = networkOf(c);
        const written = await commenting.post(account, { paperId, parentId, text, network });
        return answerWritten(services, c, account, written, 201);
      },
    });

  return new Hono().all(`${BASE}:name{.+}`, (c) => {
    const { path } = c.req;
    // What a router makes of names that hold slashes depends on which router it is.
    const rest = path.slice(path.indexOf(BASE) + BASE.length);
    const name = decoded(rest.replace(PART, ''));
    switch (PART.exec(rest)?.[1]) {
      case 'vote':
        return vote(c, name);
      case 'comments':
        return discussion(c, name);
      default:
        return paper(c, name);
    }
  });
}

/** What cannot be decoded stays as it is, and names nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
