/** `/admin/accounts`: finding accounts, and what moderators and operators do to them. */

import { type Account, hasRole, isNewAccount, ROLES } from '../accounts/account.js';
import { requireAuthority } from '../community/moderation/authority.js';
import { ReasonField } from './admin-frame.js';
import { TimeAgo } from './comment-time.js';
import type { View } from './context.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { type Page, PageLinks } from './paging.js';
import { PersonName } from './person-name.js';

export type AccountsProps = {
  readonly view: View;
  readonly accounts: readonly Account[];
  readonly total: number;
  readonly search: string;
  readonly page: Page;
};

export function Accounts({ view, accounts, total, search, page }: AccountsProps): Markup {
  const query = encodeURIComponent(search);
  return (
    <>
      <form action="/admin/accounts" class="form admin-search">
        <label for="account">A part of the name, or a whole address</label>
        <input id="account" type="search" name="q" value={search} maxlength={200} />
        <button type="submit">Find accounts</button>
      </form>
      {accounts.length === 0 && <p class="empty">No account is like that.</p>}
      {accounts.map((account) => (
        <AccountItem view={view} account={account} />
      ))}
      <PageLinks
        page={page}
        total={total}
        addressOf={(number) => `/admin/accounts?q=${query}&page=${number}`}
      />
    </>
  );
}

function AccountItem({ view, account }: { readonly view: View; readonly account: Account }) {
  const { name, role, email, createdAtMs, bannedAtMs, banReason } = account;
  const asker = view.visitor.account;
  return (
    <article class="admin-item">
      <h2>
        <a href={`/@${name}`}>
          <PersonName person={account} />
        </a>
      </h2>
      <p class="admin-facts">
        {role} · made <TimeAgo web={view} atMs={createdAtMs} />
        {isNewAccount(account, view.now()) && <strong> · new</strong>}
        {hasRole(asker, 'operator') && email && <> · {email}</>}
      </p>
      {bannedAtMs !== undefined && (
        <p class="note">
          <strong>Banned</strong> <TimeAgo web={view} atMs={bannedAtMs} />.{' '}
          {banReason && <bdi>{banReason}</bdi>}
        </p>
      )}
      {mayActOn(view, account) && <AccountForms view={view} account={account} />}
    </article>
  );
}

function mayActOn(view: View, account: Account): boolean {
  try {
    if (view.visitor.account) requireAuthority(view.visitor.account, account);
    return view.visitor.account !== undefined;
  } catch {
    return false;
  }
}

function AccountForms({ view, account }: { readonly view: View; readonly account: Account }) {
  const { id, name, role, bannedAtMs, trustedAtMs } = account;
  const path = `/admin/accounts/${id}`;
  const back = `/admin/accounts?q=${encodeURIComponent(name)}`;
  const hidden = (
    <>
      <CsrfField visitor={view.visitor} />
      <input type="hidden" name="back" value={back} />
    </>
  );
  const isBanned = bannedAtMs !== undefined;
  return (
    <details>
      <summary>Decide about @{name}</summary>
      {trustedAtMs === undefined && !isBanned && role === 'reader' && (
        <form method="post" action={`${path}/trust`} class="form">
          {hidden}
          <button type="submit">Trust what it writes</button>
        </form>
      )}
      <form method="post" action={`${path}/${isBanned ? 'unban' : 'ban'}`} class="form">
        {hidden}
        <ReasonField id={`ban-${id}`} />
        {!isBanned && (
          <label class="choice">
            <input type="checkbox" name="hides" value="yes" /> Hide all its comments
          </label>
        )}
        <button type="submit">{isBanned ? 'Lift the ban' : 'Ban this account'}</button>
      </form>
      {hasRole(view.visitor.account, 'operator') && !isBanned && (
        <form method="post" action={`${path}/role`} class="form">
          {hidden}
          <label for={`role-${id}`}>Role</label>
          <select id={`role-${id}`} name="role">
            {ROLES.map((each) => (
              <option value={each} selected={each === role}>
                {each}
              </option>
            ))}
          </select>
          <button type="submit">Give this role</button>
        </form>
      )}
    </details>
  );
}
