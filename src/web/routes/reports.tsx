/** Reporting something to the moderators: a page with the reasons, and what sends it. */

import { Hono } from 'hono';
import { z } from 'zod';
import {
  isReportTargetKind,
  REPORT_REASONS,
  REPORT_TARGETS,
  type ReportReason,
  type ReportTargetKind,
} from '../../community/moderation/report.js';
import type { ReportStore } from '../../community/moderation/report-store.js';
import type { FoundTarget } from '../../community/moderation/report-target-store.js';
import { BroadsheetError } from '../../errors.js';
import { paperPath } from '../../papers/identifiers.js';
import { answerAct } from '../act-answer.js';
import { Said } from '../admin-frame.js';
import { type View, viewFor, type Web } from '../context.js';
import { CsrfField } from '../csrf-field.js';
import { readForm } from '../form-fields.js';
import { document } from '../layout.js';
import type { Markup } from '../markup.js';
import { assertId, id, idIn, LONGEST_REASON, reason as words } from '../moderation-fields.js';
import { PersonName } from '../person-name.js';
import { requireAccount } from '../visitor.js';

export type ReportsWeb = Web & { readonly reports: Pick<ReportStore, 'target' | 'report'> };

const REASONS = Object.keys(REPORT_REASONS) as [ReportReason, ...ReportReason[]];

export function reportsRoute(web: ReportsWeb): Hono {
  return new Hono()
    .get('/report/:kind/:id{.+}', async (c) => {
      const account = requireAccount(c);
      const kind = c.req.param('kind');
      if (!isReportTargetKind(kind)) {
        throw new BroadsheetError('not_found', 'There is nothing of this kind to report.');
      }
      const target = await web.reports.target(account, { kind, id: idIn(c, 'id') });
      c.header('Cache-Control', 'no-store');
      return c.html(reportPage(viewFor(web, c), target, c.req.path));
    })

    .get('/reports/sent', (c) => {
      requireAccount(c);
      c.header('Cache-Control', 'no-store');
      return c.html(sentPage(viewFor(web, c)));
    })

    .post('/reports', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, {
        kind: z.enum(REPORT_TARGETS),
        id,
        reason: z.enum(REASONS),
        words,
      });
      const target = { kind: form.kind, id: assertId(form.id) };
      await web.reports.report(account, { target, reason: form.reason, words: form.words });
      return answerAct(c, { elsewhere: '/reports/sent', json: { reported: true } });
    });
}

const KIND_WORDS: Readonly<Record<ReportTargetKind, string>> = {
  comment: 'this comment',
  collection: 'this collection',
  submission: 'this submission',
  account: 'this account',
};

function reportPage(view: View, target: FoundTarget, path: string): Markup {
  const what = KIND_WORDS[target.kind];
  return document({
    web: view,
    title: `Report ${what}`,
    path,
    isIndexed: false,
    children: (
      <div class="admin">
        <h1>Report {what}</h1>
        <Said text={target.text} />
        {target.owner && (
          <p class="admin-facts">
            <PersonName person={target.owner} />
          </p>
        )}
        <form method="post" action="/reports" class="form">
          <CsrfField visitor={view.visitor} />
          <input type="hidden" name="kind" value={target.kind} />
          <input type="hidden" name="id" value={target.id} />
          <fieldset>
            <legend>What is wrong with it?</legend>
            {REASONS.map((reason) => (
              <label class="choice">
                <input type="radio" name="reason" value={reason} required />
                {REPORT_REASONS[reason]}
              </label>
            ))}
          </fieldset>
          <label for="words">What moderators should know (optional)</label>
          <textarea id="words" name="words" rows={3} maxlength={LONGEST_REASON} />
          <p class="hint">
            Moderators see who reports. Whoever wrote it is not told; you need not argue with them.
            To disagree is no reason to report.
          </p>
          <button type="submit">Send the report</button>
        </form>
        {target.paperId && (
          <p>
            <a href={paperPath(target.paperId)}>Back to the paper</a>
          </p>
        )}
      </div>
    ),
  });
}

function sentPage(view: View): Markup {
  return document({
    web: view,
    title: 'Thank you',
    path: '/reports/sent',
    isIndexed: false,
    children: (
      <div class="notice">
        <h1>Thank you</h1>
        <p>A moderator will look at it. You can report the same thing once.</p>
        <p>
          <a href="/">Read the latest edition</a>
        </p>
      </div>
    ),
  });
}
