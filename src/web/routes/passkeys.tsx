/**
 * Passkeys over HTTP: four addresses that a script of ours asks, and two forms of the settings.
 */

import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type Ceremony, type Passkeys, relyingPartyOf } from '../../accounts/passkeys.js';
import type { SessionStore } from '../../accounts/session-store.js';
import { BroadsheetError } from '../../errors.js';
import type { Web } from '../context.js';
import type { Cookies } from '../cookies.js';
import { field, readForm } from '../form-fields.js';
import { enter } from '../signed-in.js';
import { requireAccount, visitorOf } from '../visitor.js';

export type PasskeysWeb = Web & {
  readonly passkeys: Passkeys;
  readonly sessions: Pick<SessionStore, 'open' | 'end'>;
  readonly cookies: Cookies;
};

/** The answer itself is read where it is understood. */
const ADDING = z.object({ answer: z.unknown(), label: z.string().max(500).catch('') });
const SIGNING_IN = z.object({ answer: z.unknown(), back: z.string().max(2_000).catch('/') });

export function passkeysRoute(web: PasskeysWeb): Hono {
  const { passkeys, sessions, cookies, site } = web;

  const ceremony = (c: Context, browser: string | undefined): Ceremony => ({
    relyingParty: relyingPartyOf(site.baseUrl, c.req.url),
    browser: browser ?? '',
  });

  return new Hono()
    .post('/passkeys/register/options', async (c) => {
      const account = requireAccount(c);
      c.header('Cache-Control', 'no-store');
      return c.json(await passkeys.optionsToAdd(account, ceremony(c, sessionOf(c))));
    })
    .post('/passkeys/register', async (c) => {
      const account = requireAccount(c);
      const { answer, label } = await readJson(c, ADDING);
      const added = await passkeys.add(account, answer, { ...ceremony(c, sessionOf(c)), label });
      return c.json({ label: added.label, next: '/settings/sign-in?done=passkey-added' }, 201);
    })
    .post('/passkeys/sign-in/options', async (c) => {
      c.header('Cache-Control', 'no-store');
      const asked = ceremony(c, cookies.giveBrowser(c));
      return c.json(await passkeys.optionsToSignIn(asked));
    })
    .post('/passkeys/sign-in', async (c) => {
      const { answer, back } = await readJson(c, SIGNING_IN);
      const accountId = await passkeys.signIn(answer, ceremony(c, cookies.browserOf(c)));
      const userAgent = c.req.header('User-Agent');
      const { token } = await sessions.open(accountId, { userAgent, method: 'passkey' });
      return c.json({ next: await enter(c, web, { token, isNew: false }, back) });
    })
    .post('/passkeys/rename', async (c) => {
      const account = requireAccount(c);
      const { passkey, label } = await readForm(c, { passkey: field, label: field });
      if (!isCredentialId(passkey) || !(await passkeys.rename(account.id, passkey, label))) {
        throw noSuchPasskey();
      }
      return c.redirect('/settings/sign-in?done=passkey-renamed', 303);
    })
    .post('/passkeys/remove', async (c) => {
      const account = requireAccount(c);
      const { passkey } = await readForm(c, { passkey: field });
      if (!isCredentialId(passkey) || !(await passkeys.remove(account.id, passkey))) {
        throw noSuchPasskey();
      }
      return c.redirect('/settings/sign-in?done=passkey-removed', 303);
    });
}

/** Binds a ceremony of somebody who is signed in to where they are signed in. */
function sessionOf(c: Context): string {
  const { sessionId } = visitorOf(c);
  if (sessionId !== undefined) return sessionId;
  throw new BroadsheetError('signed_out', 'A passkey is added on the page of the settings.');
}

async function readJson<Shape extends z.ZodType>(
  c: Context,
  shape: Shape,
): Promise<z.infer<Shape>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  throw new BroadsheetError('bad_request', 'This is not what a page of this site sends.');
}

function isCredentialId(text: string): boolean {
  return /^[\w-]{1,1400}$/.test(text);
}

function noSuchPasskey(): BroadsheetError {
  return new BroadsheetError('not_found', 'You have no such passkey.', {
    fix: 'Look at the list under Settings again.',
  });
}
