/**
 * What moderators do, as forms send it. Who may is checked before these routes, and whom they may
 * act on in the store, within the transaction.
 */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type AccountId, ROLES } from '../../accounts/account.js';
import type { ClaimStore } from '../../community/claims/claim-store.js';
import { BLOCKLIST_KINDS, parseBlocklistEntry } from '../../community/moderation/blocklist.js';
import type { Moderation } from '../../community/moderation/moderation-store.js';
import { REPORT_TARGETS } from '../../community/moderation/report.js';
import type { PaperId } from '../../papers/identifiers.js';
import { answerAct, back, name, paperNamed } from '../act-answer.js';
import type { Web } from '../context.js';
import { box, readForm } from '../form-fields.js';
import { assertId, id, idIn, ids, reason } from '../moderation-fields.js';
import { requireRole } from '../visitor.js';

type ActsWeb = Web & {
  readonly moderation: Moderation;
  readonly claims: Pick<ClaimStore, 'decide'>;
};

export function adminActsRoute(web: ActsWeb): Hono {
  const { moderation } = web;
  return new Hono()
    .post('/admin/comments/:id/status', async (c) => {
      const status = z.enum(['shown', 'hidden', 'deleted']);
      const form = await readForm(c, { status, reason, back });
      await moderation.decideComment(moderator(c), idIn(c, 'id'), form.status, form.reason);
      return done(c, form.back, '/admin/queue');
    })

    .post('/admin/accounts/:id/trust', async (c) => {
      const form = await readForm(c, { back });
      await moderation.trust(moderator(c), accountIn(c));
      return done(c, form.back, '/admin/accounts');
    })
    .post('/admin/accounts/:id/ban', async (c) => {
      const form = await readForm(c, { reason, hides: box, back });
      await moderation.ban(moderator(c), accountIn(c), {
        reason: form.reason,
        hidesComments: form.hides,
      });
      return done(c, form.back, '/admin/accounts');
    })
    .post('/admin/accounts/:id/unban', async (c) => {
      const form = await readForm(c, { reason, back });
      await moderation.unban(moderator(c), accountIn(c), form.reason);
      return done(c, form.back, '/admin/accounts');
    })
    .post('/admin/accounts/:id/role', async (c) => {
      const form = await readForm(c, { role: z.enum(ROLES), back });
      await moderation.setRole(moderator(c), accountIn(c), form.role);
      return done(c, form.back, '/admin/accounts');
    })

    .post('/admin/reports/dismiss', async (c) => {
      const form = await readForm(c, { kind: z.enum(REPORT_TARGETS), id, back });
      const target = { kind: form.kind, id: assertId(form.id) };
      await moderation.dismissReports(moderator(c), target);
      return done(c, form.back, '/admin/queue');
    })
    .post('/admin/collections/:id/hidden', async (c) => {
      const form = await readForm(c, { hidden: z.enum(['yes', 'no']), reason, back });
      const isHidden = form.hidden === 'yes';
      await moderation.setCollectionHidden(moderator(c), idIn(c, 'id'), isHidden, form.reason);
      return done(c, form.back, '/admin/queue');
    })
    .post('/admin/submissions/remove', async (c) => {
      const form = await readForm(c, { id, reason, back });
      await moderation.removeSubmission(moderator(c), assertId(form.id), form.reason);
      return done(c, form.back, '/admin/queue');
    })

    .post('/admin/discussions/lock', async (c) => {
      const form = await readForm(c, { paper: name, reason, back });
      const paper = await paperNamed(web.papers, form.paper);
      await moderation.lock(moderator(c), paper.id, form.reason);
      return done(c, form.back, '/admin');
    })
    .post('/admin/discussions/unlock', async (c) => {
      const form = await readForm(c, { paper: name, back });
      const paper = await paperNamed(web.papers, form.paper);
      await moderation.unlock(moderator(c), paper.id);
      return done(c, form.back, '/admin');
    })

    .post('/admin/claims/:id', async (c) => {
      const form = await readForm(c, { decision: z.enum(['accept', 'refuse']), reason, back });
      const isAccepted = form.decision === 'accept';
      await web.claims.decide(moderator(c), idIn(c, 'id'), { isAccepted, reason: form.reason });
      return done(c, form.back, '/admin/queue');
    })

    .post('/admin/blocklist', async (c) => {
      const form = await readForm(c, { kind: z.enum(BLOCKLIST_KINDS), pattern: name, reason });
      const entry = parseBlocklistEntry(form.kind, form.pattern);
      await moderation.block(moderator(c), entry, form.reason);
      return done(c, undefined, '/admin/blocklist');
    })
    .post('/admin/blocklist/remove', async (c) => {
      const form = await readForm(c, { kind: z.enum(BLOCKLIST_KINDS), pattern: name });
      const entry = parseBlocklistEntry(form.kind, form.pattern);
      await moderation.unblock(moderator(c), entry);
      return done(c, undefined, '/admin/blocklist');
    })

    .post('/admin/votes/neutralise', async (c) => {
      const { votes, reason: why } = await votesIn(c);
      await moderation.neutralise(moderator(c), votes, why);
      return done(c, undefined, '/admin/signals');
    })
    .post('/admin/votes/reinstate', async (c) => {
      const { votes, reason: why } = await votesIn(c);
      await moderation.reinstate(moderator(c), votes, why);
      return done(c, undefined, '/admin/signals');
    });
}

function moderator(c: Context) {
  return requireRole(c, 'moderator');
}

function accountIn(c: Context): AccountId {
  return idIn(c, 'id') as AccountId;
}

async function votesIn(c: Context) {
  const form = await readForm(c, { accounts: ids, papers: ids, reason });
  const votes = {
    accounts: form.accounts.map(assertId) as AccountId[],
    papers: form.papers.map(assertId) as PaperId[],
  };
  return { votes, reason: form.reason };
}

function done(c: Context, back: string | undefined, elsewhere: string): Response {
  return answerAct(c, { back, elsewhere, json: { done: true } });
}
