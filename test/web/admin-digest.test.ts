/** What operators see of the daily mail, and do about it. */

import { describe, expect, it } from 'vitest';
import type { DeliveryState, Outcome } from '../../src/digest/delivery/delivery.js';
import type { Day } from '../../src/papers/dates.js';
import { addAccount } from '../support/accounts.js';
import { type DigestSite, openDigestSite, TODAY } from '../support/digest-site.js';

/** An operator's browser, and the pages as they read them. */
async function openOperator(options: Parameters<typeof openDigestSite>[0] = {}) {
  const site = await openDigestSite(options);
  const browser = await site.browser(
    await addAccount(site.database, { name: 'olga', role: 'operator' }),
  );
  const read = async (path: string) => {
    const answer = await browser.get(path);
    const html = await answer.text();
    const main = /<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '';
    const text = main
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    return { status: answer.status, headers: answer.headers, html: main, text };
  };
  return { site, browser, read };
}

async function acts(site: DigestSite): Promise<readonly string[]> {
  const { rows } = await site.people.moderation.audit.page({ offset: 0, limit: 20 });
  return rows.map(({ action }) => action);
}

const REFUSED: Outcome = { state: 'failed', detail: '550 5.1.1 <b>nobody</b> here' };

describe('the page of the daily mail', () => {
  it('tells how many letters of the edition are in which state, and which', async () => {
    const { site, read } = await openOperator({
      settings: {
        digestPosts: [{ id: 'our-channel', kind: 'slack', url: 'https://chat.example/' }],
      },
      fetch: async () => new Response('ok'),
    });
    await site.digest.posts.postDue();
    const people = [];
    for (const name of ['ann', 'ben', 'cem']) {
      people.push(await site.subscribe(`${name}@example.org`));
    }
    await site.subscribe('dan@example.org');
    for (const [at, subscriber] of people.entries()) {
      await site.deliver(subscriber, at === 2 ? { outcome: REFUSED } : {});
    }
    const { html, text } = await read('/admin/digest');
    expect(text).toContain('The edition of Friday, 20 November 2026');
    expect(text).toMatch(/Sent 2 the mail server took it/);
    expect(text).toMatch(/Failed 1 it is not tried again/);
    expect(text).toMatch(/In all 3/);
    expect(html).toContain('role="img" aria-label="Sent: 2, Failed: 1."');
    expect(text).toContain('4 confirmed');
    expect(text).toContain('our-channel');

    const failed = await read(`/admin/digest/letters?edition=${TODAY}&state=failed`);
    expect(failed.text).toContain('cem@example.org');
    expect(failed.text).not.toContain('ann@example.org');
    expect(failed.html).toContain('550 5.1.1 &lt;b&gt;nobody&lt;/b&gt; here');
    const found = await read(`/admin/digest/letters?edition=${TODAY}&address=Ann@example.org`);
    expect(found.text).toContain('ann@example.org');
    expect(found.text).not.toContain('cem@example.org');
    const none = await read(`/admin/digest/letters?edition=${TODAY}&address=nobody@example.org`);
    expect(none.text).toContain('No letter is like that.');

    const [path = ''] = /\/admin\/digest\/letters\/[^"]+/.exec(failed.html) ?? [];
    const letter = await read(path);
    expect(letter.text).toMatch(/Waiting .* Being written .* Being handed over .* Failed/);
    expect((await read('/admin/digest/letters/2026-11-20/nobody')).status).toBe(404);
    expect((await read('/admin/digest/letters/yesterday/nobody')).status).toBe(404);
  });

  it('tells of other editions', async () => {
    const { site, read } = await openOperator();
    const subscriber = await site.subscribe('ann@example.org');
    await site.deliver(subscriber, { editionOn: '2026-11-19' as Day });
    const { html, text } = await read('/admin/digest?edition=2026-11-18');
    expect(text).toContain('No letters of this edition are due yet.');
    expect(html).toContain('href="/admin/digest?edition=2026-11-19"');
    expect((await read('/admin/digest')).text).toContain('Thursday, 19 November 2026');
  });

  it('tells what came back', async () => {
    const { site, read } = await openOperator();
    const { id: subscriberId, addressHash } = await site.subscribe('ann@example.org');
    await site.digest.returns.take({
      id: 'a report',
      kind: 'no-such-address',
      status: '5.1.1',
      detail: 'No <i>such</i> user',
      addressHash,
      subscriberId,
      editionOn: TODAY,
      source: 'receiver',
    });
    const { html, text } = await read(`/admin/digest?edition=${TODAY}`);
    expect(text).toContain('1 × no such address');
    expect(html).toContain('No &lt;i&gt;such&lt;/i&gt; user');
    expect(text).toContain('Addresses that nothing is sent to (1)');
  });

  it('is there for operators alone', async () => {
    const { site } = await openOperator();
    const moderator = await addAccount(site.database, { name: 'max', role: 'moderator' });
    const browser = await site.browser(moderator);
    for (const path of ['', '/letters', '/suppressions', '/preview', '/preview/letter']) {
      expect((await browser.get(`/admin/digest${path}`)).status, path).toBe(403);
      expect((await (await site.browser()).get(`/admin/digest${path}`)).status, path).toBe(401);
    }
    for (const path of ['pause', 'resume', 'release']) {
      expect((await browser.post(`/admin/digest/${path}`)).status, path).toBe(403);
    }
    expect(await (await browser.get('/admin')).text()).not.toContain('/admin/digest');
    expect(await site.digest.control.pause()).toBeUndefined();
    expect(await acts(site)).toEqual([]);
  });
});

describe('an operator', () => {
  it('stops the mail and lets it go on, which the audit log tells', async () => {
    const { site, browser, read } = await openOperator();
    await browser.post('/admin/digest/pause', { reason: 'The server is on fire.' });
    const stopped = await read('/admin/digest');
    expect(stopped.text).toContain('The mail is stopped');
    expect(stopped.text).toContain('The server is on fire.');
    await browser.post('/admin/digest/resume');
    expect((await read('/admin/digest')).text).toContain('The mail runs');
    expect(await site.digest.control.pause()).toBeUndefined();
    expect(await acts(site)).toEqual(['digest-resumed', 'digest-stopped']);
    expect((await read('/admin/audit')).text).toContain('digest stopped');
  });

  it('releases the brake for the edition they look at', async () => {
    const { site, browser, read } = await openOperator();
    await site.deliver(await site.subscribe('ann@example.org'));
    await site.digest.control.stop('brake', '3 % came back.');
    const { html } = await read('/admin/digest');
    expect(html).toContain(`<input type="hidden" name="edition" value="${TODAY}"/>`);
    await browser.post('/admin/digest/resume', { edition: TODAY });
    expect(await site.digest.control.pause()).toBeUndefined();
    expect(await site.digest.control.isReleased(TODAY)).toBe(true);
    expect((await read('/admin/digest')).text).toContain('The brake does not stop the edition');
  });

  it.each<['skip' | 'send', DeliveryState]>([
    ['skip', 'skipped'],
    ['send', 'queued'],
  ])('decides after a backup was restored what becomes of letters: %s', async (overdue, state) => {
    const smtpUrl = 'smtp://127.0.0.1:9';
    const { site, browser, read } = await openOperator({ settings: { smtpUrl } });
    await site.subscribe('ann@example.org');
    // Past the hour at which hers was due.
    site.wait(21 * 3_600_000);
    await site.digest.control.stop('restored', 'Older than what was sent.');
    const { html } = await read('/admin/digest');
    expect(html).toContain('name="overdue" value="skip"');
    expect(html).toContain('name="overdue" value="send"');
    await browser.post('/admin/digest/resume', { overdue });
    expect(await site.digest.control.pause()).toBeUndefined();
    const counts = await site.digest.deliveries.counts('2026-11-21' as Day);
    expect(Object.entries(counts).filter(([, count]) => count > 0)).toEqual([[state, 1]]);
  });

  it('finds a suppressed address and releases it', async () => {
    const { site, browser, read } = await openOperator();
    const { addressHash } = await site.subscribe('ann@example.org');
    const other = 'f'.repeat(64);
    for (const hash of [addressHash, other]) {
      const detail = hash === other ? 'of somebody else' : 'they said so';
      await site.digest.suppressions.suppress({ addressHash: hash, reason: 'complaint', detail });
    }
    expect((await read('/admin/digest/suppressions')).text).toContain('of somebody else');
    const { html } = await read('/admin/digest/suppressions?address=ann@example.org');
    expect(html).toContain('they said so');
    expect(html).not.toContain('of somebody else');
    const release = () => browser.post('/admin/digest/release', { hash: addressHash, reason: 'x' });
    expect((await release()).status).toBe(303);
    expect((await release()).status).toBe(404);
    expect(await site.digest.suppressions.find(addressHash)).toBeUndefined();
    expect(await site.digest.suppressions.find(other)).toBeDefined();
    expect(await acts(site)).toEqual(['address-released']);
  });

  it('looks at a letter in a frame that can do nothing', async () => {
    const { site, read, browser } = await openOperator();
    await site.subscribe('ann@example.org');
    const page = await read('/admin/digest/preview?address=ann@example.org');
    expect(page.headers.get('Content-Security-Policy')).toContain("frame-src 'self'");
    expect(page.html).toMatch(/<iframe[^>]*sandbox=""/);
    expect(page.text).toContain('On matrices');
    const letter = await browser.get('/admin/digest/preview/letter?address=ann@example.org');
    const policy = letter.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/; sandbox$/);
    expect(policy).not.toContain('script-src');
    expect(await letter.text()).toContain('On matrices');
    expect((await read('/admin')).headers.get('Content-Security-Policy')).not.toContain(
      'frame-src',
    );
    const sample = await read('/admin/digest/preview?address=nobody@example.org');
    expect(sample.text).toContain('Nobody subscribes with that address.');
    expect(await acts(site)).toEqual([]);
  });
});
