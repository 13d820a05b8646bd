/** Signing in with an account from elsewhere: there, back again, and unlinking. */

import { type Context, Hono } from 'hono';
import type { AccountReader } from '../../accounts/account-store.js';
import type { IdentityUnlinker } from '../../accounts/identity-provider-store.js';
import type { Arrival, IdentityProviders } from '../../accounts/identity-providers.js';
import type { SessionStore } from '../../accounts/session-store.js';
import { BroadsheetError } from '../../errors.js';
import { viewFor, type Web } from '../context.js';
import type { Cookies } from '../cookies.js';
import { box, field, readForm } from '../form-fields.js';
import { LeavingPage, TakenAddressPage } from '../identity-provider-pages.js';
import { keepSecret } from '../keep-secret.js';
import { document } from '../layout.js';
import { localPath } from '../local-path.js';
import { enter } from '../signed-in.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type IdentityProvidersWeb = Web & {
  readonly identityProviders: IdentityProviders;
  readonly identityUnlinker: IdentityUnlinker;
  readonly accounts: Pick<AccountReader, 'find'>;
  readonly sessions: Pick<SessionStore, 'open' | 'end'>;
  readonly cookies: Cookies;
};

export function identityProvidersRoute(web: IdentityProvidersWeb): Hono {
  const { identityProviders, identityUnlinker, cookies } = web;

  const nameOf = (id: string): string =>
    identityProviders.offered.find((provider) => provider.id === id)?.name ?? '';

  return new Hono()
    .post('/sign-in/with/:provider', async (c) => {
      const provider = c.req.param('provider');
      const { back, link } = await readForm(c, { back: field, link: box });
      const address = await identityProviders.begin(provider, {
        browser: cookies.giveBrowser(c),
        origin: new URL(c.req.url).origin,
        back: localPath(back),
        linkTo: link ? requireAccount(c).id : undefined,
      });
      keepSecret(c);
      return c.html(
        document({
          web: viewFor(web, c),
          title: `On to ${nameOf(provider)}`,
          path: c.req.path,
          isIndexed: false,
          // A redirect would be the form's own, which may lead to no other site (form-action).
          head: <meta http-equiv="refresh" content={`0; url=${address}`} />,
          children: <LeavingPage providerName={nameOf(provider)} address={address} />,
        }),
      );
    })
    .get('/sign-in/with/:provider/callback', async (c) => {
      const provider = c.req.param('provider');
      keepSecret(c);
      const arrival = await identityProviders.finish(provider, {
        browser: cookies.browserOf(c),
        account: visitorOf(c).account,
        query: new URL(c.req.url).searchParams,
        network: visitorOf(c).network,
      });
      if (arrival.kind === 'linked') {
        return c.redirect('/settings/sign-in?done=identity-linked', 303);
      }
      return arrive(c, web, { arrival, provider, providerName: nameOf(provider) });
    })
    .post('/settings/sign-in/unlink', async (c) => {
      const account = requireAccount(c);
      const identity = await readForm(c, { issuer: field, subject: field });
      if (!(await identityUnlinker.unlink(account.id, identity))) {
        throw new BroadsheetError('not_found', 'No such account is linked to yours.', {
          fix: 'Look at the list under Settings again.',
        });
      }
      return c.redirect('/settings/sign-in?done=identity-unlinked', 303);
    });
}

type ArrivalAt = {
  readonly arrival: Arrival;
  readonly provider: string;
  readonly providerName: string;
};

/** Signs in whoever has arrived. */
async function arrive(
  c: Context,
  web: IdentityProvidersWeb,
  { arrival, provider, providerName }: ArrivalAt,
): Promise<Response> {
  const { accountId, back, takenEmail } = arrival;
  const isNew = arrival.kind === 'new';
  const userAgent = c.req.header('User-Agent');
  const { token } = await web.sessions.open(accountId, { userAgent, method: provider });
  const next = await enter(c, web, { token, isNew }, back);
  const account = takenEmail === undefined ? undefined : await web.accounts.find(accountId);
  if (takenEmail === undefined || !account) return c.redirect(next, 303);
  return c.html(
    document({
      web: viewFor(web, c),
      title: 'Welcome',
      path: c.req.path,
      isIndexed: false,
      children: (
        <TakenAddressPage
          account={account}
          providerName={providerName}
          email={takenEmail}
          next={next}
        />
      ),
    }),
  );
}
