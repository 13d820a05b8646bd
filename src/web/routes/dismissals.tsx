/** "Not interested": `/dismissals`, and `/settings/dismissed` where it can be undone later. */

import { type Context, Hono } from 'hono';
import type { Account } from '../../accounts/account.js';
import type { DismissalStore } from '../../community/dismissal-store.js';
import type { Paper } from '../../papers/paper.js';
import { answerAct, back, name, paperNamed } from '../act-answer.js';
import { viewFor, type Web } from '../context.js';
import { withJustHidden, withoutJustHidden } from '../dismiss-button.js';
import { dismissedPage } from '../dismissed-page.js';
import { readForm } from '../form-fields.js';
import { localPath } from '../local-path.js';
import { askedPage } from '../paging.js';
import { requireAccount } from '../visitor.js';

export type DismissalsWeb = Web & {
  readonly dismissals: Pick<DismissalStore, 'dismiss' | 'undo' | 'dismissedBy'>;
};

const PAPERS_PER_PAGE = 50;

export function dismissalsRoute(web: DismissalsWeb): Hono {
  /** Where to go on, with or without the line that says what was hidden. */
  const answer = async (
    c: Context,
    act: (account: Account, paper: Paper) => Promise<unknown>,
    { isDismissed }: { readonly isDismissed: boolean },
  ): Promise<Response> => {
    const account = requireAccount(c);
    const form = await readForm(c, { paper: name, back });
    const paper = await paperNamed(web.papers, form.paper);
    await act(account, paper);
    const place = withoutJustHidden(localPath(form.back ?? '/settings/dismissed'));
    return answerAct(c, {
      elsewhere: isDismissed ? withJustHidden(place, paper.id) : place,
      json: { paper: paper.id, dismissed: isDismissed },
    });
  };

  return new Hono()
    .post('/dismissals', (c) =>
      answer(c, (account, { id }) => web.dismissals.dismiss(account.id, id), {
        isDismissed: true,
      }),
    )
    .post('/dismissals/undo', (c) =>
      answer(c, (account, { id }) => web.dismissals.undo(account.id, id), { isDismissed: false }),
    )
    .get('/settings/dismissed', async (c) => {
      const account = requireAccount(c);
      const page = askedPage(c.req.query('page'), PAPERS_PER_PAGE);
      const { ids, total } = await web.dismissals.dismissedBy(account.id, page);
      const known = await web.papers.byIds(ids);
      const papers = ids.flatMap((id) => known.get(id) ?? []);
      c.header('Cache-Control', 'no-store');
      return c.html(dismissedPage(viewFor(web, c), { papers, page, total }));
    });
}
