/** Claims to be an author: making them, taking them back, and the list of one's own. */

import { Hono } from 'hono';
import { z } from 'zod';
import { LONGEST_STATEMENT } from '../../community/claims/claim.js';
import type { ClaimStore } from '../../community/claims/claim-store.js';
import { paperPath } from '../../papers/identifiers.js';
import { cleanLine, cleanText } from '../../papers/record.js';
import { answerAct, back, name, paperNamed } from '../act-answer.js';
import { viewFor, type Web } from '../context.js';
import { CsrfField } from '../csrf-field.js';
import { readForm } from '../form-fields.js';
import { document } from '../layout.js';
import { RichLine } from '../rich-text.js';
import { requireAccount } from '../visitor.js';

export type ClaimsWeb = Web & {
  readonly claims: Pick<ClaimStore, 'claim' | 'withdraw' | 'claimsOf' | 'proveAgain'>;
};

/** As a form of ours gives an author's name back; names of collaborations are long. */
const author = z.string().max(2_000);

const statement = z
  .string()
  .max(20_000)
  .catch('')
  .transform((text) => cleanText(text).slice(0, LONGEST_STATEMENT));

const STATUS_WORDS = {
  pending: 'waits for a moderator',
  accepted: 'accepted',
  refused: 'refused by a moderator',
} as const;

export function claimsRoute(web: ClaimsWeb): Hono {
  return new Hono()
    .get('/claims', async (c) => {
      const account = requireAccount(c);
      const claims = await web.claims.claimsOf(account.id);
      const view = viewFor(web, c);
      c.header('Cache-Control', 'no-store');
      return c.html(
        document({
          web: view,
          title: 'Papers of yours',
          path: '/claims',
          isIndexed: false,
          children: (
            <div class="admin">
              <h1>Papers of yours</h1>
              {claims.length === 0 && (
                <p class="empty">
                  You have claimed no paper. The page of each asks whether you are one of its
                  authors.
                </p>
              )}
              <ul class="entries">
                {claims.map(({ paperId, title, authorName, status }) => (
                  <li>
                    <div dir="auto">
                      <a href={paperPath(paperId)}>
                        <RichLine text={title} isLinkText />
                      </a>
                      <p class="admin-facts">
                        As <bdi>{authorName}</bdi> · {STATUS_WORDS[status]}
                      </p>
                    </div>
                  </li>
                ))}
              </ul>
              {claims.some(({ status }) => status === 'pending') && (
                <form method="post" action="/claims/prove" class="form">
                  <CsrfField visitor={view.visitor} />
                  <p class="hint">
                    Have you linked your ORCID iD since, or another address? Then some may prove
                    themselves now.
                  </p>
                  <button type="submit">Look again</button>
                </form>
              )}
            </div>
          ),
        }),
      );
    })

    .post('/claims', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { paper: name, author, statement, back });
      const paper = await paperNamed(web.papers, form.paper);
      // Browsers give line breaks and blanks of a name back otherwise than it is stored.
      const authorName =
        paper.authors.find((each) => each === form.author) ?? cleanLine(form.author).slice(0, 200);
      const { status, verifiedBy } = await web.claims.claim(account, paper.id, {
        authorName,
        statement: form.statement,
      });
      return answerAct(c, {
        back: form.back,
        elsewhere: paperPath(paper.id),
        json: { paper: paper.id, status, ...(verifiedBy && { verifiedBy }) },
      });
    })

    .post('/claims/withdraw', async (c) => {
      const account = requireAccount(c);
      const form = await readForm(c, { paper: name, back });
      const paper = await paperNamed(web.papers, form.paper);
      const changed = await web.claims.withdraw(account.id, paper.id);
      return answerAct(c, {
        back: form.back,
        elsewhere: paperPath(paper.id),
        json: { paper: paper.id, changed },
      });
    })

    .post('/claims/prove', async (c) => {
      const accepted = await web.claims.proveAgain(requireAccount(c).id);
      return answerAct(c, { elsewhere: '/claims', json: { accepted } });
    });
}
