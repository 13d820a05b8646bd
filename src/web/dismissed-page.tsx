/** The papers that a reader has hidden, each with the way to show it again. */

import { paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import type { View } from './context.js';
import { UndoDismissal } from './dismiss-button.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { assertPageExists, type Page, PageLinks } from './paging.js';
import { Byline } from './paper-card.js';
import { RichLine } from './rich-text.js';

/** @throws BroadsheetError if the list ends before this page */
export function dismissedPage(
  web: View,
  {
    papers,
    page,
    total,
  }: {
    readonly papers: readonly Paper[];
    readonly page: Page;
    readonly total: number;
  },
): Markup {
  assertPageExists(page, total);
  const addressOf = (number: number) =>
    number === 1 ? '/settings/dismissed' : `/settings/dismissed?page=${number}`;
  return document({
    web,
    title: 'Hidden papers',
    path: '/settings/dismissed',
    isIndexed: false,
    children: (
      <div class="reading">
        <h1>Hidden papers</h1>
        <p>
          Papers that you are not interested in are left out of the lists that you read. Nobody else
          learns of it. <a href="/settings">Settings</a>
        </p>
        {total === 0 && <p class="note">You have hidden no paper.</p>}
        <ul class="managed">
          {papers.map((paper) => (
            <li>
              <div>
                <a href={paperPath(paper.id)} dir="auto">
                  <RichLine text={paper.title} isLinkText />
                </a>
                <Byline paper={paper} />
              </div>
              <UndoDismissal view={web} paper={paper} back={addressOf(page.number)} />
            </li>
          ))}
        </ul>
        <PageLinks page={page} total={total} addressOf={addressOf} />
      </div>
    ),
  });
}
