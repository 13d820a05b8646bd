/** Passkeys over HTTP, with the authenticator of a real browser. */

import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { addAccount } from '../support/accounts.js';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { startWaysInSite, type WaysInSite } from '../support/ways-in-site.js';

describe.skipIf(!hasBrowser)('a passkey', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('is added under Settings and signs in without a name', async () => {
    const { site, page, context, account } = await signedInPage(browser);
    await addPasskey(page, site, 'My <b>phone</b>');
    await page.getByText('Your device').waitFor({ state: 'hidden' });
    expect(await page.locator('.way-in strong').textContent()).toBe('My <b>phone</b>');

    await context.clearCookies();
    await page.goto(`${site.url}/sign-in?back=/settings/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL(`${site.url}/settings/sign-in`);
    const [session] = await site.sessions.listOf(account.id);
    expect(session?.method).toBe('passkey');
    const [passkey] = await site.passkeys.listOf(account.id);
    expect(passkey?.usedAtMs).toBeDefined();
  });

  it('can be called otherwise and be removed, and by nobody else', async () => {
    const { site, page, account } = await signedInPage(browser);
    await addPasskey(page, site, 'One');
    await page.getByLabel('New name of One').fill('Two');
    await page.getByRole('button', { name: 'Rename One' }).click();
    await page.getByText('Two', { exact: true }).waitFor();

    const ben = await addAccount(site.database, { name: 'ben' });
    const [passkey] = await site.passkeys.listOf(account.id);
    for (const path of ['/passkeys/remove', '/passkeys/rename']) {
      const answer = await postForm(site, path, { passkey: passkey?.id ?? '', label: 'x' }, ben);
      expect(answer.status).toBe(404);
    }
    await page.getByRole('button', { name: 'Remove Two' }).click();
    await page.waitForURL(/done=passkey-removed/);
    expect(await site.passkeys.listOf(account.id)).toEqual([]);
  });

  it('cannot be added twice by one device', async () => {
    const { site, page } = await signedInPage(browser);
    await addPasskey(page, site, 'One');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('This device has a passkey for your account already.').waitFor();
  });

  it('is not offered by a browser without passkeys', async () => {
    const site = await startWaysInSite();
    const context = await browser.newContext({ javaScriptEnabled: false });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${site.url}/sign-in`);
    const button = page.getByText('Sign in with a passkey');
    expect(await button.count()).toBe(1);
    expect(await button.isVisible()).toBe(false);
  });

  it('tells in words when it is not known here any more', async () => {
    const { site, page, context, account } = await signedInPage(browser);
    await addPasskey(page, site, 'One');
    const [passkey] = await site.passkeys.listOf(account.id);
    await site.passkeys.remove(account.id, passkey?.id ?? '');
    await context.clearCookies();
    await page.goto(`${site.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This passkey is not known here.').waitFor();
  });

  it('lets nobody in who is banned', async () => {
    const { site, page, context, account } = await signedInPage(browser);
    await addPasskey(page, site, 'One');
    await site.accounts.ban(account.id, 'spam');
    await context.clearCookies();
    await page.goto(`${site.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('This account is banned.').waitFor();
    expect(await site.sessions.listOf(account.id)).toEqual([]);
  });

  it('of a real browser opens nothing once it was altered, answered or late', async () => {
    const { site, page, context, account } = await signedInPage(browser);
    await addPasskey(page, site, 'One');
    await context.clearCookies();
    await page.goto(`${site.url}/sign-in`);
    const send = (answer: unknown) =>
      sendFrom(page, '/passkeys/sign-in', JSON.stringify({ answer, back: '/' }));
    const REFUSED = { status: 400, body: { error: { code: 'bad_request' } } };

    const altered = await answerOf(page);
    const signature = Buffer.from(altered.response.signature, 'base64url');
    signature[20] = (signature[20] ?? 0) ^ 1;
    const response = { ...altered.response, signature: signature.toString('base64url') };
    expect(await send({ ...altered, response })).toMatchObject(REFUSED);
    // A question is used up by a wrong answer, too.
    expect(await send(altered)).toMatchObject(REFUSED);

    const late = await answerOf(page);
    site.wait(6 * 60_000);
    expect(await send(late)).toMatchObject(REFUSED);

    const stolen = await answerOf(page);
    const elsewhere = await fetch(`${site.url}/passkeys/sign-in`, {
      method: 'POST',
      headers: { Origin: site.url, 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ answer: stolen }),
    });
    expect(elsewhere.status).toBe(400);
    expect(elsewhere.headers.get('Set-Cookie')).toBeNull();

    const copied = await answerOf(page);
    await site.passkeys.use(copied.id, { counter: 1_000, isSynced: false });
    expect(await send(copied)).toMatchObject(REFUSED);
    expect(site.suspicions).toMatchObject([{ accountId: account.id }]);
    expect((await site.sessions.listOf(account.id)).map(({ method }) => method)).toEqual(['mail']);
  });

  it('is not added for whoever is signed out, or by a page of another site', async () => {
    const site = await startWaysInSite();
    const json = { 'Content-Type': 'application/json', Accept: 'application/json' };
    for (const path of ['/passkeys/register/options', '/passkeys/register']) {
      const post = (headers: Record<string, string>) =>
        fetch(site.url + path, { method: 'POST', headers: { ...json, ...headers }, body: '{}' });
      expect((await post({ Origin: site.url })).status).toBe(401);
      expect((await post({ Origin: 'https://evil.example' })).status).toBe(403);
      expect((await post({})).status).toBe(403);
    }
  });

  /** Someone with an account, signed in at the page of the settings. */
  async function signedInPage(its: Browser): Promise<{
    site: WaysInSite;
    page: Page;
    context: BrowserContext;
    account: Account;
  }> {
    const site = await startWaysInSite();
    const account = await addAccount(site.database, { name: 'ana' });
    const context = await its.newContext();
    onTestFinished(() => context.close());
    const session = await site.sessionFor(account);
    await context.addCookies([{ name: 'session', value: session, url: site.url }]);
    const page = await context.newPage();
    await addAuthenticator(await context.newCDPSession(page));
    await page.goto(`${site.url}/settings/sign-in`);
    return { site, page, context, account };
  }

  async function addAuthenticator(session: CDPSession): Promise<void> {
    await session.send('WebAuthn.enable');
    await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  }

  async function addPasskey(page: Page, site: WaysInSite, label: string): Promise<void> {
    await page.getByLabel('Name of a new passkey').fill(label);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.waitForURL(`${site.url}/settings/sign-in?done=passkey-added`);
  }

  /** What the browser answers to a fresh question, not sent yet. */
  async function answerOf(page: Page) {
    const answer = await page.evaluate(async () => {
      const options = await fetch('/passkeys/sign-in/options', { method: 'POST' });
      // biome-ignore lint/suspicious/noExplicitAny: The browser's own names are unknown here.
      const { PublicKeyCredential, navigator } = globalThis as any;
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await options.json());
      return (await navigator.credentials.get({ publicKey })).toJSON();
    });
    return answer as { readonly id: string; readonly response: { readonly signature: string } };
  }

  function sendFrom(page: Page, path: string, body: string) {
    return page.evaluate(
      async (request) => {
        const response = await fetch(request.path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
          body: request.body,
        });
        return { status: response.status, body: (await response.json()) as unknown };
      },
      { path, body },
    );
  }

  async function postForm(
    site: WaysInSite,
    path: string,
    fields: Record<string, string>,
    account: Account,
  ): Promise<Response> {
    return fetch(site.url + path, {
      method: 'POST',
      headers: { Origin: site.url, Cookie: `session=${await site.sessionFor(account)}` },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  }
});
