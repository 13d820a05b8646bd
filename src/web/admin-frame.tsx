/** What the pages of moderators have in common. */

import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import { hasRole, isNewAccount, type Role } from '../accounts/account.js';
import type { TrackRecord } from '../community/moderation/queue-store.js';
import type { Owner } from '../community/moderation/report-target-store.js';
import { TimeAgo } from './comment-time.js';
import { type View, viewFor, type Web } from './context.js';
import { count } from './counts.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { LONGEST_REASON } from './moderation-fields.js';
import { PersonName } from './person-name.js';

/** The page of an address that begins like this is marked in the navigation. */
type AdminAddress = `/admin${string}`;

const PAGES: readonly {
  readonly label: string;
  readonly address: AdminAddress;
  /** Who alone sees it, where not every moderator does. */
  readonly role?: Role;
}[] = [
  { label: 'Overview', address: '/admin' },
  { label: 'Queue', address: '/admin/queue' },
  { label: 'Accounts', address: '/admin/accounts' },
  { label: 'Signals', address: '/admin/signals' },
  { label: 'Blocklist', address: '/admin/blocklist' },
  { label: 'Audit log', address: '/admin/audit' },
  { label: 'Daily mail', address: '/admin/digest', role: 'operator' },
];

type AdminPage = {
  readonly title: string;
  readonly address: AdminAddress;
  readonly children: (view: View) => Child;
};

/** A page for moderators, in the frame of the site. */
export function adminPage(c: Context, web: Web, { title, address, children }: AdminPage): Markup {
  const view = viewFor(web, c);
  const { account } = view.visitor;
  return document({
    web: view,
    title,
    path: c.req.path,
    isIndexed: false,
    children: (
      <div class="admin">
        <nav class="admin-places" aria-label="Moderation">
          <ul>
            {PAGES.filter((page) => !page.role || hasRole(account, page.role)).map((page) => (
              <li>
                <a href={page.address} aria-current={page.address === address ? 'page' : undefined}>
                  {page.label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <h1>{title}</h1>
        {children(view)}
      </div>
    ),
  });
}

/** Who wrote something, and what moderators should know of them. */
export function OwnerLine({
  view,
  owner,
  record,
}: {
  readonly view: View;
  readonly owner: Owner | undefined;
  readonly record?: TrackRecord;
}): Markup {
  if (!owner) return <p class="admin-facts">Of an account that is gone.</p>;
  const { name, role, createdAtMs, bannedAtMs } = owner;
  return (
    <p class="admin-facts">
      <a href={`/admin/accounts?q=${encodeURIComponent(name)}`}>
        <PersonName person={owner} />
      </a>
      {role !== 'reader' && <> · {role}</>} · account made <TimeAgo web={view} atMs={createdAtMs} />
      {isNewAccount(owner, view.now()) && <strong> · new</strong>}
      {bannedAtMs !== undefined && <strong> · banned</strong>}
      {record && (
        <>
          {' '}
          · {count(record.shownComments, 'comment')} shown, {record.hiddenComments} hidden
        </>
      )}
    </p>
  );
}

/**
 * What somebody wrote, as it was written: nothing in it is a link or a picture here. Long texts
 * scroll in their own box, which the keyboard can reach.
 */
export function Said({ text }: { readonly text: string }): Markup {
  return (
    <blockquote class="admin-said" dir="auto" tabindex={0}>
      {text}
    </blockquote>
  );
}

/** Where a moderator says why. */
export function ReasonField({ id }: { readonly id: string }): Markup {
  return (
    <>
      <label for={id}>Reason, told to the person</label>
      <input id={id} type="text" name="reason" maxlength={LONGEST_REASON} autocomplete="off" />
    </>
  );
}
