/** `/picks`: curators put papers into the list of a day, take them out, and order them. */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Account } from '../../accounts/account.js';
import { LONGEST_NOTE, type PickMove } from '../../community/pick.js';
import type { PickStore } from '../../community/pick-store.js';
import { type Day, parseDay } from '../../papers/dates.js';
import { dayPeriod, periodPath } from '../../papers/edition.js';
import type { PaperId } from '../../papers/identifiers.js';
import { cleanText } from '../../papers/record.js';
import { answerAct, back, name, paperNamed } from '../act-answer.js';
import type { Web } from '../context.js';
import { readForm } from '../form-fields.js';
import { requireRole } from '../visitor.js';

export type PicksWeb = Web & {
  readonly picks: Pick<PickStore, 'add' | 'remove' | 'move' | 'annotate'>;
};

const day = z.string().transform((text, issue): Day => {
  const parsed = parseDay(text);
  if (parsed) return parsed;
  issue.addIssue('is no day');
  return z.NEVER;
});

const note = z
  .string()
  .max(LONGEST_NOTE * 2)
  .transform(cleanText)
  .pipe(z.string().max(LONGEST_NOTE));

/** A place from 1, or a step. */
const to = z.enum(['up', 'down', 'ranked']).or(
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .transform(Number),
);

const place = to.optional().catch(undefined);

/** What a curator names in every form. */
type Named = { readonly curator: Account; readonly day: Day; readonly paperId: PaperId };

export function picksRoute(web: PicksWeb): Hono {
  const { picks } = web;

  const answer = async <Shape extends z.ZodRawShape>(
    c: Context,
    shape: Shape,
    act: (named: Named, form: z.infer<z.ZodObject<Shape>>) => Promise<void>,
  ): Promise<Response> => {
    const curator = requireRole(c, 'curator');
    const named = await readForm(c, { day, paper: name, back });
    const form = await readForm(c, shape);
    const paper = await paperNamed(web.papers, named.paper);
    await act({ curator, day: named.day, paperId: paper.id }, form);
    return answerAct(c, {
      back: named.back,
      elsewhere: periodPath(dayPeriod(named.day)),
      json: { day: named.day, paper: paper.id },
    });
  };

  return new Hono()
    .post('/picks', (c) =>
      answer(c, { note: note.optional(), position: place }, (named, form) =>
        picks.add(named.curator.id, {
          day: named.day,
          paperId: named.paperId,
          note: form.note || undefined,
          position: typeof form.position === 'number' ? form.position : undefined,
        }),
      ),
    )
    .post('/picks/remove', (c) =>
      answer(c, {}, (named) => picks.remove(named.curator.id, named.day, named.paperId)),
    )
    .post('/picks/move', (c) =>
      answer(c, { to }, (named, form) =>
        picks.move(named.curator.id, named.day, named.paperId, form.to as PickMove),
      ),
    )
    .post('/picks/note', (c) =>
      answer(c, { note }, (named, form) =>
        picks.annotate(named.curator.id, named.day, named.paperId, form.note),
      ),
    );
}
