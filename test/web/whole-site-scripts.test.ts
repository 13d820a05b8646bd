/** Words of strangers that would run as a program, on every page that shows them. */

import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  getRoutes,
  goodRequest,
  ORIGIN,
  postRoutes,
  send,
  sessionOf,
  whoMay,
} from '../support/hostile-requests.js';
import { type HostileSite, openHostileSite, TODAY, type Words } from '../support/hostile-site.js';
import { dangersIn, wordsOf } from '../support/page-dangers.js';

/** As much as fits into a name. */
const short = (marker: string) => `${marker}"'><img src=x onerror=alert(1)>`;

const long = (marker: string) =>
  `${marker}"'></title></textarea></script><script>alert(1)</script>` +
  '<script src=https://evil.example/x.js></script><img src=x onerror=alert(1)>' +
  '<a href="javascript:alert(1)" style="color:red" onclick=alert(1)>x</a>' +
  '<svg onload=alert(1)><style>*{color:red}</style><iframe src=//evil.example></iframe>' +
  '<base href=//evil.example><form action=//evil.example><input name=csrf>' +
  '<math><mtext></mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=a&gt;">';

const FORMULAS =
  ' $\\href{javascript:alert(1)}{x}$ $\\htmlStyle{color:red}{x}$ $\\url{javascript:alert(1)}$' +
  ' $\\includegraphics{https://evil.example/x.png}$ $\\htmlData{a=b}{x}$ $\\unicode{<img>}$' +
  ' $</math><script>alert(1)</script>$ $\\text{</annotation><img src=x onerror=alert(1)>}$';

const LINKS = [
  '[x](javascript:alert(1)) [x](JaVaScRiPt:alert(1)) [x](java&#10;script:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>) [x](vbscript:alert(1)) <javascript:alert(1)>',
  '![x](javascript:alert(1)) ![x](https://evil.example/x.png) [x](<javascript:alert(1)>)',
  '[x](https://a.example/"onmouseover="alert(1)) [x]: javascript:alert(1) [x]',
  '`<img src=x onerror=alert(1)>` @ana"><script>alert(1)</script> https://a.example/<script>',
  '```html\n<script>alert(1)</script>\n```',
  '<div onclick="alert(1)">div</div> &lt;script&gt;alert(1)&lt;/script&gt;',
].join('\n\n');

const EVIL: Words = {
  title: long('evil-title') + FORMULAS,
  abstract: long('evil-abstract') + FORMULAS,
  author: short('evil-author'),
  category: short('evil-category'),
  displayName: short('evil-display-name'),
  biography: long('evil-biography') + LINKS.slice(0, 300),
  comment: `${long('evil-comment') + FORMULAS}\n\n${LINKS}`,
  answer: `${long('evil-answer')}\n\n${LINKS}`,
  note: short('evil-note'),
  collectionTitle: short('evil-collection'),
  description: long('evil-description') + LINKS,
  words: short('evil-report'),
  statement: short('evil-statement'),
  reason: short('evil-reason'),
  follow: short('evil-follow'),
  label: short('evil-label'),
  device: short('evil-device'),
};

/** What a mail says, with its own style, under a policy of its own by which nothing else works. */
const LETTER = '/admin/digest/preview/letter';

/** Pages that no good request of the routes leads to. */
function morePages({ things: { paper, publicCollection, answer, submission }, ana }: HostileSite) {
  const asked = encodeURIComponent(long('evil-query'));
  return [
    `/collections/${publicCollection}`,
    `/collections/${publicCollection}/edit`,
    `/report/collection/${publicCollection}`,
    `/report/submission/${submission}`,
    `/report/account/${ana.id}`,
    `/report/comment/${answer}`,
    `/search?q=${asked}`,
    `/search?q=evil&explain=1`,
    `/search?q=norms&mode=words&sort=date&explain=1`,
    `/search?q=author:${encodeURIComponent('"evil-author"')}`,
    `/search?q=${encodeURIComponent(EVIL.title)}`,
    `/trending?category=${asked}`,
    `/submit?paper=${asked}`,
    `/sign-in?back=${encodeURIComponent('javascript:alert(1)')}`,
    `/sign-in?back=${encodeURIComponent('/"><script>alert(1)</script>')}`,
    `/collections/new?paper=${paper}`,
    `/admin/accounts?q=${asked}`,
    `/date/${TODAY}?hidden=${paper}`,
    `/date/${asked}`,
    `/papers/${asked}`,
    `/@${encodeURIComponent('x"><script>alert(1)</script>')}`,
    `/settings?done=${asked}`,
    `/${asked}`,
  ];
}

describe('words that would run as a program', () => {
  it('are shown as words on every page, to whoever reads it', async () => {
    const site = await openHostileSite({ words: EVIL, hasProvider: true });
    const scripts = Object.values(site.services.scripts).map(({ path }) => path);
    const dangers: string[] = [];
    const seen: string[] = [];
    const paths = [
      ...getRoutes(site).map((route) => goodRequest(site, route).path),
      ...morePages(site),
    ];
    for (const account of [undefined, site.ana, site.operator]) {
      const session = account && (await sessionOf(site, account));
      for (const path of paths) {
        const headers = { Accept: 'text/html' };
        const answer = await send(site, { method: 'GET', path, session, headers });
        if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
        seen.push(wordsOf(answer.text));
        for (const danger of dangersIn(answer.text, scripts)) {
          const isStyle = danger === '<style>' || / style="/.test(danger);
          if (path !== LETTER || !isStyle) dangers.push(`${path}: ${danger}`);
        }
      }
    }
    expect(dangers).toEqual([]);
    const all = seen.join('\n');
    // What a browser says of itself is told in words of ours.
    expect(all).not.toContain('evil-device');
    const { device: _, ...shown } = EVIL;
    const markers = Object.values(shown).map((text) => /evil-[a-z-]+/.exec(text)?.[0] ?? '');
    expect([...markers, 'evil-query'].filter((marker) => !all.includes(marker))).toEqual([]);
    expect(site.logged).toEqual([]);
  });

  it('are shown as words by what answers a form, be it taken or refused', async () => {
    const site = await openHostileSite({ words: EVIL, hasProvider: true });
    const scripts = Object.values(site.services.scripts).map(({ path }) => path);
    const dangers: string[] = [];
    for (const route of postRoutes(site)) {
      const good = goodRequest(site, route);
      const session = await sessionOf(site, whoMay(site, route));
      const odd = Object.fromEntries(
        Object.keys(good.fields).map((name) => [name, long(`evil-${name}`) + LINKS]),
      );
      const each = Object.keys(odd).map((name) => ({ ...good.fields, [name]: odd[name] ?? '' }));
      for (const fields of [odd, ...each, good.fields]) {
        const { body, headers } = bodyOf({ fields, isJson: good.isJson });
        const answer = await send(site, {
          path: good.path,
          session,
          body,
          headers: { ...headers, Origin: ORIGIN, Accept: 'text/html' },
        });
        const isPage = answer.headers.get('content-type')?.startsWith('text/html');
        // The page that leads to a provider elsewhere does so by itself.
        const isLeaving = route.pattern === '/sign-in/with/:provider';
        if (!isPage || isLeaving) continue;
        for (const danger of dangersIn(answer.text, scripts)) {
          dangers.push(`${route.pattern}: ${danger}`);
        }
      }
    }
    expect(dangers).toEqual([]);
    expect(site.logged).toEqual([]);
  });

  it('would be found by this test', () => {
    expect(dangersIn(long(''), ['/assets/ours.js']).length).toBeGreaterThan(9);
    expect(dangersIn('<script src="/assets/ours.js"></script>', ['/assets/ours.js'])).toEqual([]);
    expect(dangersIn('<a href="java\nscript:alert(1)">x</a>', [])).toHaveLength(1);
    expect(dangersIn('<form action="//evil.example"></form>', [])).toHaveLength(1);
  });
});
