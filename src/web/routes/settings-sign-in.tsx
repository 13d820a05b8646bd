/** `/settings/sign-in`: by what ways somebody can sign in. */

import { Hono } from 'hono';
import type { Child } from 'hono/jsx';
import type { Account } from '../../accounts/account.js';
import { type View, viewFor, type Web } from '../context.js';
import { settingsPage } from '../settings-frame.js';
import { requireAccount } from '../visitor.js';

export type SignInSettingsWeb = Web & {
  /** Passkeys and accounts elsewhere. */
  readonly waysIn?: (view: View, account: Account) => Promise<Child>;
};

export function settingsSignInRoute(web: SignInSettingsWeb): Hono {
  return new Hono().get('/settings/sign-in', async (c) => {
    const account = requireAccount(c);
    return c.html(
      settingsPage(c, web, {
        title: 'Ways to sign in',
        address: '/settings/sign-in',
        children: (
          <>
            <h2>By mail</h2>
            <p>
              {account.email
                ? `A link to sign in can be sent to ${account.email}.`
                : 'No address of yours is known, so no link to sign in can be sent.'}{' '}
              <a href="/settings">{account.email ? 'Change the address' : 'Give an address'}</a>
            </p>
            {await web.waysIn?.(viewFor(web, c), account)}
          </>
        ),
      }),
    );
  });
}
