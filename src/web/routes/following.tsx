/** `/following`: the newest papers of what a reader follows; `/follows` and its removal. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { DismissalReader } from '../../community/dismissal-store.js';
import type { FollowStore } from '../../community/follow-store.js';
import { FOLLOW_KINDS, toFollow } from '../../community/follows.js';
import { addDays, dayAt } from '../../papers/dates.js';
import type { Paper } from '../../papers/paper.js';
import { followedPapers } from '../../recommend/followed-papers.js';
import { answerAct, back, paperNamed, text } from '../act-answer.js';
import { viewFor, type Web } from '../context.js';
import { justHidden } from '../dismiss-button.js';
import { followingPage, NEW_DAYS } from '../following-page.js';
import { readForm } from '../form-fields.js';
import { type ListingSources, withCommunity } from '../listing.js';
import { askedPage } from '../paging.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type FollowingWeb = Web &
  ListingSources & {
    readonly follows: Pick<FollowStore, 'followsOf' | 'follow' | 'unfollow'>;
    readonly dismissals: Pick<DismissalReader, 'dismissedSince' | 'dismissedAmong'>;
  };

const PAPERS_PER_PAGE = 30;

/** Each page searches anew for all before it; who has read so many is served by an alert. */
const LAST_PAGE = 10;

/** Who dismisses more in a month may miss the last of a page. */
const MOST_DISMISSALS = 200;

const kind = z.enum(FOLLOW_KINDS);

export function followingRoute(web: FollowingWeb): Hono {
  return new Hono()
    .get('/following', async (c) => {
      const account = requireAccount(c);
      const page = askedPage(c.req.query('page'), PAPERS_PER_PAGE);
      const today = dayAt(web.now(), web.site.timeZone);
      const follows = await web.follows.followsOf(account.id);
      const hidden = await paperHiddenOn(c, web);
      // A day more, for what was dismissed before our midnight and is dated after it.
      const since = addDays(today, -NEW_DAYS);
      const without = await web.dismissals.dismissedSince(
        account.id,
        Date.parse(addDays(since, -1)),
        MOST_DISMISSALS,
      );
      const number = Math.min(page.number, LAST_PAGE);
      const found = await followedPapers(web, follows, {
        since,
        offset: (number - 1) * PAPERS_PER_PAGE,
        limit: PAPERS_PER_PAGE,
        without,
        signal: c.req.raw.signal,
      });
      const papers = await withCommunity(web, visitorOf(c), found.papers);
      c.header('Cache-Control', 'no-store');
      return c.html(
        followingPage(viewFor(web, c), {
          follows,
          searched: found.searched,
          papers,
          number,
          hasMore: found.hasMore && number < LAST_PAGE,
          hidden,
        }),
      );
    })
    .post('/follows', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { kind, value: text, back });
      const follow = toFollow(form.kind, form.value);
      await web.follows.follow(account.id, follow);
      return answerAct(c, {
        back: form.back,
        elsewhere: '/following',
        json: { ...follow, followed: true },
      });
    })
    .post('/follows/remove', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { kind, value: text, back });
      const follow = toFollow(form.kind, form.value);
      await web.follows.unfollow(account.id, follow);
      return answerAct(c, {
        back: form.back,
        elsewhere: '/following',
        json: { ...follow, followed: false },
      });
    });
}

/** The paper that was just hidden on the page, if it is one. */
async function paperHiddenOn(c: Context, web: Web): Promise<Paper | undefined> {
  const hidden = justHidden(c);
  if (hidden === undefined) return undefined;
  return paperNamed(web.papers, hidden).catch(() => undefined);
}
