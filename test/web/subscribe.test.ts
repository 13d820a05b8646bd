/** The daily mail as readers meet it: asking for it, confirming, choosing, leaving. */

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createRateLimits } from '../../src/web/rate-limits.js';
import { addAccount } from '../support/accounts.js';
import { type DigestSite, openDigestSite } from '../support/digest-site.js';
import { HOOK } from '../support/digest-web.js';
import { everyRow } from '../support/hostile-requests.js';
import { ORIGIN } from '../support/people-site.js';

/** The text of a page as somebody reads it: without tags, in one line. */
async function words(response: Response | Promise<Response>): Promise<string> {
  const html = await (await response).text();
  const main = /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? html;
  return main
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,:])/g, '$1')
    .trim();
}

/** What a browser would send if somebody pressed the button: all fields of a form as they are. */
function filledIn(page: string, action: string): Record<string, string> {
  const form = [...page.matchAll(/<form[^>]*>[\s\S]*?<\/form>/g)]
    .map(([text]) => text)
    .find((text) => text.includes(`action="${action}"`));
  if (!form) throw new RangeError(`no form leads to ${action}`);
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
    const isChoice = /type="(checkbox|radio)"/.test(tag);
    const isOff = / disabled/.test(tag) || (isChoice && !/ checked/.test(tag));
    const name = attribute('name');
    if (name && !isOff) fields[name] = attribute('value') ?? '';
  }
  for (const [, name = '', options = ''] of form.matchAll(
    /<select[^>]*name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    const chosen = /<option[^>]*value="([^"]*)"[^>]* selected/.exec(options);
    fields[name] = chosen?.[1] ?? '';
  }
  const area = /<textarea[^>]*name="([^"]+)"[^>]*>([\s\S]*?)<\/textarea>/.exec(form);
  if (area?.[1]) fields[area[1]] = area[2] ?? '';
  return fields;
}

const BOB = 'bob@example.com';

describe('the daily mail of a stranger', () => {
  it('is asked for below every page, confirmed, chosen, and left', async () => {
    const site = await openDigestSite();
    const browser = await site.browser();
    const front = await (await browser.get('/')).text();
    expect(front).toContain('Get trending papers in your email inbox once a day');
    const fields = filledIn(front, '/subscribe');
    expect(Object.keys(fields).sort()).toEqual(['csrf', 'email']);

    const asked = await browser.post('/subscribe', { ...fields, email: BOB });
    expect(asked.status).toBe(200);
    expect(await words(asked)).toContain(`We have sent a link to ${BOB}.`);
    expect(asked.headers.getSetCookie()).toEqual([]);

    const link = await site.linkIn('/subscribe/confirm/');
    const confirmation = await browser.get(link);
    expect(confirmation.headers.get('Referrer-Policy')).toBe('same-origin');
    expect(confirmation.headers.get('Cache-Control')).toBe('no-store');
    const page = await confirmation.text();
    expect(page).toContain('b…@example.com');
    expect(page).not.toContain(BOB);
    expect(page).not.toContain('<script');

    const confirmed = await browser.post(link, filledIn(page, link));
    expect(confirmed.status).toBe(303);
    const place = confirmed.headers.get('Location') ?? '';
    expect(place).toMatch(/^\/subscription\/[\w-]{43}\?confirmed=1$/);
    expect(await words(browser.get(place))).toContain(
      'You will get the first one on Saturday, 21 November 2026, at 08:00 (UTC).',
    );

    const [path = ''] = place.split('?');
    const preferences = await browser.get(path);
    expect(preferences.headers.get('Cache-Control')).toBe('no-store');
    const form = await preferences.text();
    expect(form).toContain('<meta name="robots" content="noindex"/>');
    const chosen = {
      ...filledIn(form, path),
      cadence: 'weekly',
      weekday: '3',
      hour: '6',
      timeZone: 'America/New_York',
      searches: 'sparse attention\ncat:math.NA',
      papers: '5',
    };
    const saved = await browser.post(path, chosen);
    expect([saved.status, saved.headers.get('Location')]).toEqual([303, `${path}?saved=1`]);
    expect(await words(browser.get(`${path}?saved=1`))).toMatch(
      /Saved\. For b…@example\.com\. The next one comes on Wednesday, 25 November 2026, at 06:00 \(America\/New York\)\./,
    );
    expect(filledIn(await (await browser.get(path)).text(), path)).toEqual(chosen);

    const left = await browser.post(path.replace('subscription', 'unsubscribe'));
    expect(left.status).toBe(200);
    expect(await words(left)).toContain('No more of the daily mail is sent to you.');
    expect(await words(browser.get(path))).toContain('You do not get it any more.');
    const [subscriber] = (await site.digest.subscriptions.list({ offset: 0, limit: 9 }))
      .subscribers;
    expect(subscriber).toMatchObject({
      status: 'unsubscribed',
      subscriber: { preferences: { cadence: 'weekly', papers: 5 }, endedBy: 'reader' },
    });
    expect(site.logged).toEqual([]);
  });

  it('begins again with a fresh letter for who comes back', async () => {
    const site = await openDigestSite();
    const { linkKey } = await site.subscribe(BOB);
    const browser = await site.browser();
    const page = await (await browser.post(`/unsubscribe/${linkKey}`)).text();
    site.wait(2 * 3_600_000);
    const before = site.letters.length;
    const back = `/subscription/${linkKey}/return`;
    const asked = await browser.post(back, filledIn(page, back));
    expect(await words(asked)).toContain('We have sent a link to your address.');
    const link = await site.linkIn('/subscribe/confirm/');
    expect(site.letters).toHaveLength(before + 1);
    expect((await site.digest.subscriptions.counts()).confirmed).toBe(0);
    expect((await browser.post(link)).status).toBe(303);
    expect((await site.digest.subscriptions.counts()).confirmed).toBe(1);
  });

  it('is forgotten on request, address and all', async () => {
    const site = await openDigestSite();
    const { linkKey } = await site.subscribe(BOB);
    const browser = await site.browser();
    const gone = await browser.post(`/subscription/${linkKey}/forget`);
    expect(await words(gone)).toContain('your address is erased');
    expect((await browser.get(`/subscription/${linkKey}`)).status).toBe(404);
    expect((await browser.post(`/unsubscribe/${linkKey}`)).status).toBe(200);
    const rows = [...(await everyRow(site.database))].flatMap(([, lines]) => lines);
    expect(rows.filter((row) => row.includes('bob@'))).toEqual([]);
  });

  it('is refused to what is no address, beside what was typed', async () => {
    const site = await openDigestSite();
    const browser = await site.browser();
    for (const email of ['', 'bob', 'bob@', 'bob@example', 'a b@example.org', 'x'.repeat(400)]) {
      const answer = await browser.post('/subscribe', { email });
      expect([email, answer.status]).toEqual([email, 422]);
      const page = await answer.text();
      expect(page).toContain('role="alert"');
      expect(page).toContain('aria-invalid="true"');
      expect(filledIn(page, '/subscribe').email).toBe(email);
    }
    expect(site.letters).toEqual([]);
  });

  it('answers the same for an address that is new, asked, confirmed, gone or suppressed', async () => {
    const site = await openDigestSite();
    const { digest } = site;
    await digest.subscribing.ask('asked@example.com', { from: '' });
    await site.subscribe('confirmed@example.com');
    await digest.subscribing.leave(await site.subscribe('gone@example.com'), 'reader');
    const reported = await site.subscribe('reported@example.com');
    const { addressHash } = reported;
    await digest.suppressions.suppress({ addressHash, reason: 'complaint', detail: '' });
    site.wait(25 * 3_600_000);
    const browser = await site.browser();
    const answers = new Set<string>();
    for (const name of ['new', 'asked', 'confirmed', 'gone', 'reported', 'new']) {
      const answer = await browser.post('/subscribe', { email: `${name}@example.com` });
      const page = (await answer.text()).replaceAll(name, 'NAME');
      const headers = [...answer.headers].filter(([key]) => !/^(etag|ratelimit)$/.test(key));
      answers.add(JSON.stringify([answer.status, headers, page]));
    }
    expect(answers.size).toBe(1);
  });

  it('is asked for as often as a way in, and no oftener', async () => {
    const rateLimits = createRateLimits({
      reading: { name: 'reading', requests: 1e6, seconds: 300 },
      writing: { name: 'writing', requests: 1e6, seconds: 300 },
      'sign-in': { name: 'sign-in', requests: 1, seconds: 3_600 },
    });
    const site = await openDigestSite({ rateLimits });
    const browser = await site.browser();
    const statuses: number[] = [];
    for (let asked = 0; asked < 52; asked += 1) {
      statuses.push((await browser.post('/subscribe', { email: 'no address' })).status);
    }
    // Whom nobody knows may stand for fifty people.
    expect(statuses.filter((status) => status === 422)).toHaveLength(50);
    expect(statuses.slice(50)).toEqual([429, 429]);
  });
});

describe('the daily mail of somebody with an account', () => {
  it('needs one press, since signing in has confirmed the address', async () => {
    const site = await openDigestSite();
    const ana = await addAccount(site.database, { name: 'ana' });
    const browser = await site.browser(ana);
    const page = await (await browser.get('/subscribe')).text();
    expect(page).toContain('Send it to me at ana@example.org');
    const begun = await browser.post('/subscribe', { ...filledIn(page, '/subscribe') });
    expect(begun.status).toBe(303);
    const [path = ''] = (begun.headers.get('Location') ?? '').split('?');
    expect(site.letters).toEqual([]);
    const preferences = await (await browser.get(path)).text();
    expect(preferences).not.toContain('need an account');
    expect(filledIn(preferences, path)).toMatchObject({ interests: '1', follows: '1' });
    expect(await words(browser.get('/subscribe'))).toContain('You get it at ana@example.org.');
    expect(await (await browser.get('/settings')).text()).toContain('href="/subscribe"');
  });

  it('begins by their own address in the footer, and not by that of others', async () => {
    const site = await openDigestSite();
    const browser = await site.browser(await addAccount(site.database, { name: 'ana' }));
    const others = await browser.post('/subscribe', { email: BOB });
    expect(others.status).toBe(200);
    expect((await site.digest.subscriptions.counts()).confirmed).toBe(0);
    expect((await browser.post('/subscribe', { email: 'Ana@Example.org' })).status).toBe(303);
    expect((await site.digest.subscriptions.counts()).confirmed).toBe(1);
  });
});

describe('the page of preferences', () => {
  it('names what is wrong, and keeps what was typed', async () => {
    const site = await openDigestSite();
    const { linkKey, id } = await site.subscribe(BOB);
    const browser = await site.browser();
    const path = `/subscription/${linkKey}`;
    const fields = filledIn(await (await browser.get(path)).text(), path);
    const typed = { ...fields, papers: '99', timeZone: 'Moon/Tycho', searches: 'a\nb', hour: '7' };
    const answer = await browser.post(path, typed);
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(page).toContain('<a href="#papers">');
    expect(page).toContain('aria-describedby="papers-problem"');
    expect(page).toContain('id="timeZone-problem"');
    expect(filledIn(page, path)).toEqual(typed);
    expect(await site.digest.subscriptions.find(id)).toMatchObject({
      preferences: { papers: 10, minute: 480, searches: [] },
    });
  });

  it('is refused to programs in words, by field', async () => {
    const site = await openDigestSite();
    const { linkKey } = await site.subscribe(BOB);
    const browser = await site.browser();
    const json = { Accept: 'application/json' };
    const answer = await browser.post(`/subscription/${linkKey}`, { papers: 'many' }, json);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      error: { code: 'not_acceptable', message: expect.stringContaining('papers: ') },
    });
  });

  it('gives the feed another address', async () => {
    const site = await openDigestSite();
    const { linkKey, feedKey } = await site.subscribe(BOB);
    const browser = await site.browser();
    const feed = `/subscription/feed/${feedKey}.xml`;
    expect((await browser.get(feed)).status).toBe(200);
    const renewed = await browser.post(`/subscription/${linkKey}/feed`);
    expect(renewed.headers.get('Location')).toBe(`/subscription/${linkKey}?feed=1`);
    expect((await browser.get(feed)).status).toBe(404);
    expect(await (await browser.get(`/subscription/${linkKey}`)).text()).toMatch(
      /\/subscription\/feed\/[\w-]{43}\.xml/,
    );
  });

  it('says so when letters to the address came back', async () => {
    const site = await openDigestSite();
    const { linkKey, addressHash } = await site.subscribe(BOB);
    const browser = await site.browser();
    await site.digest.suppressions.suppress({ addressHash, reason: 'bounces', detail: '550' });
    expect(await words(browser.get(`/subscription/${linkKey}`))).toContain(
      'Letters to this address came back',
    );
  });

  it('is small, though it holds all time zones', async () => {
    const site = await openDigestSite();
    const { linkKey } = await site.subscribe(BOB);
    const browser = await site.browser();
    const page = await (await browser.get(`/subscription/${linkKey}`)).text();
    expect(page).toMatch(/<option value="Asia\/Katmandu">Kathmandu</);
    expect(page).toMatch(/<option value="UTC" selected="">UTC</);
    expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  });
});

describe('one click in a mail program', () => {
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

  /** As mail programs send it: no cookie, no origin, no token; often more than once. */
  async function click(site: DigestSite, linkKey: string, init: RequestInit) {
    const answer = await site.app.request(`${ORIGIN}/unsubscribe/${linkKey}`, {
      method: 'POST',
      ...init,
    });
    return [answer.status, answer.headers.getSetCookie(), answer.headers.get('Location')];
  }

  const multipart = () => {
    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    return form;
  };

  it.each<[string, () => RequestInit]>([
    ['as a form', () => ({ headers: FORM, body: 'List-Unsubscribe=One-Click' })],
    ['in parts', () => ({ body: multipart() })],
    ['with nothing', () => ({})],
    [
      'from another site',
      () => ({
        headers: { ...FORM, Origin: 'https://mail.example', 'Sec-Fetch-Site': 'cross-site' },
        body: 'List-Unsubscribe=One-Click',
      }),
    ],
  ])('ends it at once, %s', async (_, init) => {
    const site = await openDigestSite();
    const { linkKey, id } = await site.subscribe(BOB);
    for (let times = 0; times < 3; times += 1) {
      expect(await click(site, linkKey, init())).toEqual([200, [], null]);
    }
    expect(await site.digest.subscriptions.find(id)).toMatchObject({
      state: 'unsubscribed',
      endedBy: init().body ? 'one-click' : 'reader',
    });
  });

  it('is answered alike for a key that nobody has', async () => {
    const site = await openDigestSite();
    const before = await everyRow(site.database);
    for (const key of ['x'.repeat(43), 'x', 'x'.repeat(4_000), '%E2%80%AE']) {
      const body = 'List-Unsubscribe=One-Click';
      expect(await click(site, key, { headers: FORM, body })).toEqual([200, [], null]);
    }
    expect(await everyRow(site.database)).toEqual(before);
  });

  it('is believed without a cookie only where it ends something', async () => {
    const site = await openDigestSite();
    const { linkKey } = await site.subscribe(BOB);
    const before = await everyRow(site.database);
    for (const path of [
      '/subscribe',
      '/subscribe/confirm/x',
      `/subscription/${linkKey}`,
      `/subscription/${linkKey}/feed`,
      `/subscription/${linkKey}/forget`,
      `/subscription/${linkKey}/return`,
      '/admin/digest/pause',
      '/unsubscribed',
    ]) {
      const answer = await site.app.request(ORIGIN + path, {
        method: 'POST',
        headers: { ...FORM, Origin: 'https://evil.example' },
        body: 'List-Unsubscribe=One-Click&email=eve@example.org',
      });
      expect([path, answer.status]).toEqual([path, path === '/unsubscribed' ? 404 : 403]);
    }
    expect(await everyRow(site.database)).toEqual(before);
  });
});

describe('programs that look into letters', () => {
  const SCANNERS = [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Outlook-SafeLinks',
    'Mozilla/5.0 (compatible; Proofpoint URL Defense)',
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
    'Barracuda Sentinel (EE)',
    'curl/8.5.0',
  ];

  it('change nothing, however often they open the links', async () => {
    const site = await openDigestSite();
    const { linkKey, feedKey } = await site.subscribe(BOB);
    await site.digest.subscribing.ask('eve@example.com', { from: '' });
    const paths = [
      await site.linkIn('/subscribe/confirm/'),
      `/subscription/${linkKey}`,
      `/subscription/${linkKey}?confirmed=1`,
      `/subscription/feed/${feedKey}.xml`,
      `/unsubscribe/${linkKey}`,
    ];
    const before = await everyRow(site.database);
    for (let times = 0; times < 20; times += 1) {
      const userAgent = SCANNERS[times % SCANNERS.length] ?? '';
      for (const path of paths) {
        for (const method of ['GET', 'HEAD', 'OPTIONS']) {
          const answer = await site.app.request(ORIGIN + path, {
            method,
            headers: { 'User-Agent': userAgent },
          });
          expect(answer.status, `${method} ${path}`).toBeLessThan(method === 'OPTIONS' ? 500 : 300);
        }
      }
    }
    expect(await everyRow(site.database)).toEqual(before);
    const link = paths[0] ?? '';
    expect((await (await site.browser()).post(link)).status).toBe(303);
  });
});

describe('what a mail provider tells', () => {
  /** As the provider sends it: signed over every byte of the body. */
  function signed(site: DigestSite, body: string): Record<string, string> {
    const id = 'msg_1';
    const seconds = String(Math.floor(site.services.now().getTime() / 1_000));
    const key = Buffer.from(HOOK.secret.replace('whsec_', ''), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`);
    return {
      'Content-Type': 'application/json',
      'svix-id': id,
      'svix-timestamp': seconds,
      'svix-signature': `v1,${signature.digest('base64')}`,
    };
  }

  it('is believed byte for byte, up to a megabyte, and has its effect', async () => {
    const site = await openDigestSite();
    const { addressHash } = await site.subscribe(BOB);
    const send = (body: string, headers: Record<string, string>, id = HOOK.id) =>
      site.app.request(`${ORIGIN}/mail/hooks/${id}`, { method: 'POST', headers, body });
    const suppression = () => site.digest.suppressions.find(addressHash);
    const body = `{"type":"email.complained",\r\n "ü": "${'x'.repeat(900_000)}",  "data": {"to": "${BOB}"}}`;
    const headers = signed(site, body);
    expect((await send(body.replace('\r\n', '\n'), headers)).status).toBe(403);
    expect((await send(body, { ...headers, 'svix-id': 'msg_2' })).status).toBe(403);
    expect((await send('x'.repeat(1_100_000), headers)).status).toBe(413);
    expect((await send(body, headers, 'nobody')).status).toBe(404);
    expect(await suppression()).toBeUndefined();

    const answer = await send(body, headers);
    expect([answer.status, await answer.json()]).toEqual([200, { accepted: 1 }]);
    expect(await suppression()).toMatchObject({ reason: 'complaint' });
  });
});
