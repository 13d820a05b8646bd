/** `/settings`: what somebody shows of themselves, where their mail goes, and what they chose. */

import { type Context, Hono } from 'hono';
import type { Account, Preferences } from '../../accounts/account.js';
import type { AccountStore } from '../../accounts/account-store.js';
import type { EmailChange } from '../../accounts/email-change.js';
import { viewFor, type Web } from '../context.js';
import { CsrfField } from '../csrf-field.js';
import { deviceInWords } from '../device-words.js';
import { box, field, isForForm, readForm } from '../form-fields.js';
import { keepSecret } from '../keep-secret.js';
import { document } from '../layout.js';
import { type ProfileForm, profileForms } from '../profile-forms.js';
import { settingsPage } from '../settings-frame.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type SettingsWeb = Web & {
  readonly accounts: Pick<AccountStore, 'update' | 'rename'>;
  readonly emailChange: Pick<EmailChange, 'ask' | 'look' | 'confirm'>;
};

export function settingsRoute(web: SettingsWeb): Hono {
  const page = (c: Context, account: Account, form: ProfileForm = {}) => {
    if (form.problem) c.status(form.problem.status);
    return c.html(
      settingsPage(c, web, {
        title: 'Profile',
        address: '/settings',
        children: profileForms(viewFor(web, c), account, {
          ...form,
          isWelcome: c.req.query('welcome') !== undefined,
        }),
      }),
    );
  };

  /** Does what a form asks; what cannot be done is said beside the form, with what was typed. */
  const handle = async (
    c: Context,
    form: Omit<ProfileForm, 'problem'>,
    act: (account: Account) => Promise<string>,
  ) => {
    const account = requireAccount(c);
    try {
      return c.redirect(`/settings?done=${await act(account)}`, 303);
    } catch (problem) {
      if (isForForm(c, problem)) return page(c, account, { ...form, problem });
      throw problem;
    }
  };

  return new Hono()
    .on('GET', ['/settings', '/settings/profile'], (c) => page(c, requireAccount(c)))
    .post('/settings/profile', async (c) => {
      const given = await readForm(c, { displayName: field, biography: field });
      return handle(c, { of: 'profile', given }, async ({ id }) => {
        await web.accounts.update(id, given);
        return 'profile';
      });
    })
    .post('/settings/name', async (c) => {
      const given = await readForm(c, { name: field });
      return handle(c, { of: 'name', given }, async ({ id }) => {
        await web.accounts.rename(id, given.name);
        return 'name';
      });
    })
    .post('/settings/preferences', async (c) => {
      const preferences: Preferences = await readForm(c, {
        mailsNotifications: box,
        showsVotes: box,
      });
      return handle(c, { of: 'preferences' }, async ({ id }) => {
        await web.accounts.update(id, { preferences });
        return 'preferences';
      });
    })
    .post('/settings/email', async (c) => {
      const given = await readForm(c, { email: field });
      return handle(c, { of: 'email', given }, async (account) => {
        await web.emailChange.ask(account, given.email, {
          origin: new URL(c.req.url).origin,
          device: deviceInWords(c.req.header('User-Agent')),
        });
        return 'email-asked';
      });
    })
    .get('/settings/email/:token', async (c) => {
      const account = requireAccount(c);
      const address = await web.emailChange.look(account, c.req.param('token'));
      keepSecret(c);
      return c.html(
        document({
          web: viewFor(web, c),
          title: 'Your new address',
          path: c.req.path,
          isIndexed: false,
          children: (
            <div class="notice">
              <h1>Your new address</h1>
              <p>
                From now on, letters for <strong>{account.name}</strong> go to{' '}
                <strong>{address}</strong>, and links to sign in, too.
              </p>
              <form method="post" action={c.req.path} class="form">
                <CsrfField visitor={visitorOf(c)} />
                <button type="submit">Use this address</button>
              </form>
            </div>
          ),
        }),
      );
    })
    .post('/settings/email/:token', async (c) => {
      await web.emailChange.confirm(requireAccount(c), c.req.param('token'));
      return c.redirect('/settings?done=email', 303);
    });
}
