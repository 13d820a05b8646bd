/** The private feed: the letters of one subscriber, for a feed reader. */

import { expect, it } from 'vitest';
import type { ChosenPaper } from '../../src/digest/contents/contents.js';
import type { Day } from '../../src/papers/dates.js';
import type { Paper } from '../../src/papers/paper.js';
import { type DigestSite, openDigestSite } from '../support/digest-site.js';
import { ORIGIN } from '../support/people-site.js';

function chosen(paper: Paper | undefined, reasons: ChosenPaper['reasons']): ChosenPaper {
  if (!paper) throw new RangeError('there is no such paper');
  return { paperId: paper.id, section: 'edition', reasons, votes: 2 };
}

/** The values of an element, with what XML and then HTML escape put back. */
function all(xml: string, element: string): readonly string[] {
  const found = [...xml.matchAll(new RegExp(`<${element}[^>]*>([\\s\\S]*?)</${element}>`, 'g'))];
  return found.map(([, text = '']) => unescaped(text));
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

async function feedOf(site: DigestSite, feedKey: string, headers: Record<string, string> = {}) {
  return site.app.request(`${ORIGIN}/subscription/feed/${feedKey}.xml`, { headers });
}

it('has an entry for each letter, with its papers and why they are in it', async () => {
  const site = await openDigestSite();
  const ann = await site.subscribe('ann@example.org');
  const [norms, matrices, sketches] = site.papers;
  await site.deliver(ann, {
    editionOn: '2026-11-19' as Day,
    papers: [chosen(sketches, [{ kind: 'new', category: undefined }])],
  });
  site.wait(24 * 3_600_000);
  await site.deliver(ann, {
    editionOn: '2026-11-20' as Day,
    papers: [
      chosen(norms, [
        { kind: 'search', query: 'norms & <matrices>' },
        { kind: 'like', papers: 3, title: 'On $x^2$' },
      ]),
      chosen(matrices, [{ kind: 'follow', what: 'author', label: 'Ana Ruiz' }]),
    ],
  });
  const answer = await feedOf(site, ann.feedKey);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Type')).toBe('application/atom+xml; charset=utf-8');
  expect(answer.headers.get('X-Robots-Tag')).toBe('noindex');
  expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer');
  const xml = await answer.text();
  expect(all(xml, 'title')).toEqual([
    'The Daily Proof: your daily papers',
    'Friday, 20 November 2026: On norms & bounds, and 1 more',
    'Thursday, 19 November 2026: On sketches',
  ]);
  const [latest = ''] = all(xml, 'content');
  expect(latest).toContain(`<a href="${ORIGIN}/papers/${norms?.id}">`);
  expect(unescaped(latest)).toContain('Matches your search “norms & <matrices>”');
  expect(latest).toMatch(/Like 3 papers [^<]*“On [^<]*” · 2 votes/);
  expect(latest).toContain('You follow Ana Ruiz');
  expect(latest).toContain('Ana Ruiz, Ben Ode');
  // Escaped once for XML, so that no element stands in it, and once more for HTML.
  expect(xml.match(/<content type="html">[^<]+<\/content>/g)).toHaveLength(2);
  expect(latest.match(/<\/?(?!h[23]|p|a|em)\w+/)).toBeNull();
  expect(new Set(all(xml, 'id')).size).toBe(3);
});

it('is not sent again while nothing is new', async () => {
  const site = await openDigestSite();
  const ann = await site.subscribe('ann@example.org');
  const etag = (await feedOf(site, ann.feedKey)).headers.get('ETag') ?? '';
  expect((await feedOf(site, ann.feedKey, { 'If-None-Match': etag })).status).toBe(304);
  await site.deliver(ann);
  expect((await feedOf(site, ann.feedKey, { 'If-None-Match': etag })).status).toBe(200);
});

it('has the last fortnight, without papers that are gone', async () => {
  const site = await openDigestSite();
  const ann = await site.subscribe('ann@example.org');
  const days = Array.from({ length: 16 }, (_, at) => `2026-11-${at + 10}` as Day);
  const [norms] = site.papers;
  const gone = { ...chosen(norms, [{ kind: 'new', category: 'cs.CL' }]), paperId: '999' as never };
  for (const editionOn of days) await site.deliver(ann, { editionOn, papers: [gone] });
  const xml = await (await feedOf(site, ann.feedKey)).text();
  expect(all(xml, 'entry')).toHaveLength(14);
  expect(xml).toContain('Wednesday, 25 November 2026: nothing new');
});

it('is there for nobody else, nor after leaving', async () => {
  const site = await openDigestSite();
  const [ann, bob] = [
    await site.subscribe('ann@example.org'),
    await site.subscribe('b@example.org'),
  ];
  await site.deliver(bob, {
    papers: [chosen(site.papers[0], [{ kind: 'picked', note: 'Bob’s' }])],
  });
  expect(await (await feedOf(site, bob.feedKey)).text()).toContain('Picked: Bob’s');
  expect(await (await feedOf(site, ann.feedKey)).text()).not.toContain('Bob');
  expect((await feedOf(site, ann.linkKey)).status).toBe(404);
  expect((await feedOf(site, `${ann.feedKey}x`)).status).toBe(404);
  await site.digest.subscribing.leave(ann, 'reader');
  expect((await feedOf(site, ann.feedKey)).status).toBe(404);
});
