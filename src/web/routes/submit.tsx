/** `/submit`: from what a reader pastes to a paper in the list of the day. */

import { type Context, Hono } from 'hono';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { z } from 'zod';
import type { Account } from '../../accounts/account.js';
import type { Looked, Submissions } from '../../community/submissions.js';
import { BroadsheetError } from '../../errors.js';
import { paperPath } from '../../papers/identifiers.js';
import { viewFor, type Web } from '../context.js';
import { prefersJson } from '../error-page.js';
import { readForm } from '../form-fields.js';
import { previewPage, submitPage } from '../submit-page.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type SubmitWeb = Web & { readonly submissions: Submissions };

/** What a form can hold; how much of it is read, its readers say. */
const long = z.string().max(250_000);

/** Each may ask other hosts: enough for somebody who tries, too little for a program. */
const LOOKS = { points: 30, duration: 600 };

export function submitRoute(web: SubmitWeb): Hono {
  const { submissions } = web;
  const looks = new RateLimiterMemory(LOOKS);

  const countLook = async (account: Account): Promise<void> => {
    try {
      await looks.consume(account.id);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new BroadsheetError('too_many', 'You have looked up many papers in a short time.', {
        fix: 'Wait some minutes and try again.',
        retryAfterSeconds: Math.ceil(refusal.msBeforeNext / 1_000),
      });
    }
  };

  /** The form again, with what was pasted and what was wrong with it. */
  const again = async (
    c: Context,
    account: Account,
    pasted: string,
    thrown: unknown,
  ): Promise<Response> => {
    if (prefersJson(c) || !(thrown instanceof BroadsheetError) || thrown.status >= 500)
      throw thrown;
    if (thrown.status === 429) c.header('Retry-After', String(thrown.retryAfterSeconds));
    const allowance = await submissions.allowance(account);
    const page = { rules: submissions.rules, allowance, pasted, problem: thrown };
    return c.html(submitPage(viewFor(web, c), page), thrown.status);
  };

  const answerLooked = (c: Context, looked: Looked): Response | Promise<Response> => {
    c.header('Cache-Control', 'no-store');
    if (looked.kind === 'listed') {
      if (prefersJson(c))
        return c.json({ status: 'listed', paper: looked.paperId, day: looked.day });
      return c.redirect(paperPath(looked.paperId), 303);
    }
    if (!prefersJson(c)) return c.html(previewPage(viewFor(web, c), looked));
    const { paper, paperId, day, token, remark } = looked;
    const { title, abstract, authors, publishedOn } = paper;
    const shown = { id: paperId, title, abstract, authors, publishedOn };
    return c.json({ status: 'preview', paper: shown, day, token, remark });
  };

  return new Hono()
    .get('/submit', async (c) => {
      const { account } = visitorOf(c);
      const allowance = account && (await submissions.allowance(account));
      // A page elsewhere may lead here with the paper it is about.
      const pasted = c.req.query('paper')?.slice(0, 2_000);
      const page = { rules: submissions.rules, allowance, pasted };
      return c.html(submitPage(viewFor(web, c), page));
    })
    .post('/submit', async (c) => {
      const account = requireAccount(c);
      const { paper: pasted } = await readForm(c, { paper: long });
      const { network } = visitorOf(c);
      try {
        await countLook(account);
        const { signal } = c.req.raw;
        return await answerLooked(c, await submissions.look(account, pasted, { network, signal }));
      } catch (error) {
        return again(c, account, pasted, error);
      }
    })
    .post('/submit/confirm', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { token: long, note: long.optional().default('') });
      const { network } = visitorOf(c);
      const listed = await submissions.confirm(account, form, { network });
      c.header('Cache-Control', 'no-store');
      if (prefersJson(c)) {
        const { paperId: paper, day, isNew } = listed;
        return c.json({ status: 'listed', paper, day, isNew });
      }
      return c.redirect(paperPath(listed.paperId), 303);
    });
}
