/** `/submissions`: puts a paper into the list of the day, or votes for it where it stands. */

import { Hono } from 'hono';
import { z } from 'zod';
import { requireScope } from '../bearer.js';
import { bodyOf } from '../json-body.js';
import { createLookLimit } from '../look-limit.js';
import { answerMethod } from '../methods.js';
import type { ApiServices } from '../services.js';

export function submissionsRoute({
  submissions,
  networkOf,
}: Pick<ApiServices, 'submissions' | 'networkOf'>): Hono {
  const countLook = createLookLimit();
  return new Hono().all('/submissions', (c) =>
    answerMethod(c, {
      POST: async () => {
        const account = requireScope(c, 'submit');
        const { paper, note } = bodyOf(c, { paper: z.string(), note: z.string().optional() });
        await countLook(account.id);
        const network = networkOf(c);
        const { signal } = c.req.raw;
        const looked = await submissions.look(account, paper, { network, signal });
        if (looked.kind === 'listed') {
          return c.json({ paper: looked.paperId, day: looked.day, listed: true });
        }
        const { token, remark } = looked;
        const submission = { token, note: note ?? '' };
        const listed = await submissions.confirm(account, submission, { network });
        return c.json(
          { paper: listed.paperId, day: listed.day, listed: true, remark: remark ?? null },
          listed.isNew ? 201 : 200,
        );
      },
    }),
  );
}
