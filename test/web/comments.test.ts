/** Comments as people, programs and attackers meet them. */

import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import { parseMarkdown } from '../../src/community/markdown.js';
import { cleanMarkdown } from '../../src/community/markdown-text.js';
import { MarkdownText } from '../../src/web/markdown.js';
import { formulasOfPage } from '../../src/web/markdown-formulas.js';
import { hasBrowser, openBrowser } from '../support/browser.js';
import { record } from '../support/catalogue.js';
import { openCommentsSite } from '../support/comments-site.js';

const PAPER = '2303.01234';
const OTHER = 'cs/9809007';
const NOBODY = '00000000-0000-4000-8000-000000000000';

const RECORDS = [
  record({ title: 'Norms & <b>cones</b>', names: [PAPER] }),
  record({ title: 'Another paper', names: [OTHER] }),
];

/** What the text of a comment may become, and the attributes that these may have. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  div: ['class'],
  p: ['dir'],
  br: [],
  em: [],
  strong: [],
  s: [],
  code: ['class'],
  pre: ['tabindex'],
  blockquote: ['dir'],
  ul: [],
  ol: ['start'],
  li: ['dir'],
  hr: [],
  a: ['href', 'rel', 'title', 'dir'],
  span: ['class', 'tabindex'],
};

type Element = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };

/** The elements of a page, as a browser would find them. */
function elementsOf(html: string): Element[] {
  const elements: Element[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => elements.push({ name, attributes }),
  });
  parser.end(html);
  return elements;
}

/** Nothing on a page runs or leads where it must not. */
function expectHarmless(html: string): void {
  for (const { name, attributes } of elementsOf(html)) {
    expect(['script', 'iframe', 'object', 'embed', 'base', 'img', 'style']).not.toContain(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(attribute).not.toMatch(/^on|^style$|^srcdoc$/i);
      if (['href', 'src', 'action', 'formaction', 'xlink:href'].includes(attribute)) {
        expect(value).toMatch(/^(?:https?:\/\/|\/|#)/);
      }
    }
  }
}

/** The text of comments as it is rendered. */
function rendered(text: string): string {
  const known = {
    names: new Set(['ana']),
    titles: new Map(),
    formulas: formulasOfPage(),
    baseUrl: undefined,
  };
  return String(MarkdownText({ markdown: parseMarkdown(cleanMarkdown(text)), known }));
}

async function openSite(options: Parameters<typeof openCommentsSite>[1] = {}) {
  const site = await openCommentsSite(RECORDS, options);
  const ana = await site.account('ana', { displayName: 'Ana Ruiz' });
  const bob = await site.account('bob');
  /** Writes as somebody, and gives the id of the comment. */
  const say = async (account: Account, text: string, fields: Record<string, string> = {}) => {
    const answer = await site.as(account).post('/comments', { paper: PAPER, text, ...fields });
    expect(answer.status, text.slice(0, 80)).toBe(303);
    return answer.location.slice('/comments/'.length);
  };
  return { ...site, ana, bob, say, page: (who?: Account) => site.as(who).get(`/papers/${PAPER}`) };
}

describe('a discussion', () => {
  it('begins with a comment, which leads to its place on the page of the paper', async () => {
    const { as, ana, bob, say, page } = await openSite();
    const id = await say(ana, 'See **this**, @bob: $x^2$');
    const { status, location } = await as(bob).get(`/comments/${id}`);
    expect({ status, location }).toEqual({
      status: 303,
      location: `/papers/${PAPER}#comment-${id}`,
    });
    const { text } = await page();
    expect(text).toContain('(1 comment)');
    expect(text).toContain('<strong>this</strong>');
    expect(text).toContain('<a href="/@bob">@bob</a>');
    expect(text).toContain('<math');
    expect(text).toMatch(/<bdi>Ana Ruiz<\/bdi>.*@ana/);
    expect(text).toContain('Sign in');
    expect(text).not.toContain('<textarea');
  });

  it('goes on with answers, quotes, edits and deletions', async () => {
    const { as, ana, bob, say, page } = await openSite();
    const first = await say(ana, 'First\n\n> old');
    const form = await as(bob).get(`/comments/${first}/reply?quote=1`);
    expect(form.text).toContain('&gt; First');
    expect(form.text).not.toContain('&gt; &gt; old');
    const answer = await say(bob, 'Indeed', { parent: first });
    expect((await as(bob).get(`/comments/${answer}/edit`)).text).toContain('Indeed</textarea>');
    const edited = await as(bob).post(`/comments/${answer}/edit`, { text: 'Not at all' });
    expect(edited.location).toBe(`/comments/${answer}`);
    expect((await page()).text).toMatch(/Not at all/);
    expect((await page()).text).toMatch(/edited <time/);
    const deleted = await as(ana).post(`/comments/${first}/delete`);
    expect(deleted.location).toBe(`/papers/${PAPER}#discussion`);
    expect((await page()).text).toContain('This comment has been deleted.');
    await as(bob).post(`/comments/${answer}/delete`);
    expect((await page()).text).toContain('Nobody has said anything');
  });

  it('names papers by their titles, ours as ours', async () => {
    const { ana, say, page } = await openSite({ baseUrl: 'https://proof.example' });
    await say(
      ana,
      `https://arxiv.org/abs/${OTHER} and https://proof.example/papers/${OTHER} and arXiv:${PAPER} and arXiv:2001.00001`,
    );
    const { text } = await page();
    const links = elementsOf(text).filter(({ attributes }) => attributes.href?.includes(OTHER));
    expect(links.map(({ attributes }) => attributes.href)).toEqual([
      `/papers/${OTHER}`,
      `/papers/${OTHER}`,
    ]);
    expect(text.match(/Another paper/g)).toHaveLength(2);
    expect(text).toContain(`<a href="/papers/${PAPER}" title="Norms &amp; cones">arXiv:${PAPER}`);
    expect(text).toContain('href="https://arxiv.org/abs/2001.00001" rel="nofollow ugc noopener"');
  });

  it('tells where a link leads that pretends to lead elsewhere', async () => {
    expect(rendered('[https://arxiv.org/abs/1](https://evil.example/x)')).toContain(
      '(evil.example)',
    );
    expect(rendered('[www.arxiv.org](https://arxiv.org/)')).not.toContain('(arxiv');
    expect(rendered('[the paper](https://evil.example/x)')).not.toContain('(evil');
  });

  it('shows a preview, and keeps the text', async () => {
    const { as, ana, page } = await openSite();
    const { status, text } = await as(ana).post('/comments/preview', {
      paper: PAPER,
      text: 'So **bold**',
    });
    expect(status).toBe(200);
    expect(text).toContain('So <strong>bold</strong>');
    expect(text).toContain('So **bold**</textarea>');
    expect((await page()).text).toContain('Nobody has said anything');
  });

  it('keeps a first empty line of a text that is refused', async () => {
    const { as, ana } = await openSite();
    const { status, text } = await as(ana).post('/comments', {
      paper: PAPER,
      text: '\n\n \u3164',
    });
    expect(status).toBe(422);
    expect(text).toContain('The comment is empty.');
    expect(text).toContain('role="alert"');
  });

  it('answers programs in JSON', async () => {
    const { as, ana } = await openSite();
    const { status, text } = await as(ana).post(
      '/comments',
      { paper: PAPER, text: 'Hello' },
      { Accept: 'application/json' },
    );
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ comment: { paper: PAPER, status: 'shown' } });
  });

  it('shows what waits to its author, with the reason, and to nobody else', async () => {
    const { as, account, clock, bob, page, say } = await openSite();
    const young = await account('young', { createdAtMs: clock.ms - 60_000 });
    const id = await say(young, 'Look at https://example.org');
    expect((await page(young)).text).toContain('Waits for a moderator.');
    for (const who of [undefined, bob]) {
      expect((await page(who)).text).not.toContain('example.org');
      expect((await as(who).get(`/comments/${id}`)).status).toBe(404);
    }
    expect((await as(bob).get(`/comments/${id}/reply`)).status).toBe(404);
    const blocked = await say(bob, 'The best casino');
    expect((await page()).text).not.toContain('casino');
    expect((await as(bob).get(`/comments/${blocked}`)).status).toBe(303);
  });

  it('gives moderators their forms, and nobody else', async () => {
    const { account, ana, page, say } = await openSite();
    const mo = await account('mo', { role: 'moderator' });
    const id = await say(ana, 'Hello');
    expect((await page(mo)).text).toContain(`/admin/comments/${id}/status`);
    expect((await page(ana)).text).not.toContain('/admin/comments');
  });

  it('of thousands is read in pages, and each comment is found on its own', async () => {
    const { as, database, ana, clock } = await openSite();
    const rows = Array.from({ length: 2_000 }, (_, at) => ({
      id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      paper_id: PAPER,
      parent_id:
        at % 4 === 0 ? null : `00000000-0000-4000-8000-${String(at - 1).padStart(12, '0')}`,
      account_id: ana.id,
      text: `Comment **${at}** says $x_{${at}}$`,
      status: 'shown',
      status_reason: '',
      written_at_ms: clock.ms - 1_000_000 + at,
      edited_at_ms: null,
    }));
    const tables = database.connection.$extendTables<{ comments: (typeof rows)[number] }>();
    for (let at = 0; at < rows.length; at += 500) {
      await tables
        .insertInto('comments')
        .values(rows.slice(at, at + 500))
        .execute();
    }
    const { text } = await as(ana).get(`/papers/${PAPER}`);
    expect(text).toContain('(2,000 comments)');
    expect(text).toContain('Comment <strong>1996</strong>');
    expect(text).toContain(`/discussions/${PAPER}?page=2#discussion`);
    expect(text.length).toBeLessThan(600_000);
    const oldest = `00000000-0000-4000-8000-${'0'.repeat(12)}`;
    const { location } = await as(ana).get(`/comments/${oldest}`);
    expect(location).toBe(`/discussions/${PAPER}?page=10#comment-${oldest}`);
    expect((await as(ana).get(location.split('#')[0] ?? '')).text).toContain(`comment-${oldest}`);
    expect((await as().get(`/discussions/${PAPER}?page=11`)).status).toBe(404);
  });

  it('shows answers beyond the sixth at one depth, naming whom they answer', async () => {
    const { ana, bob, say, page } = await openSite();
    let parent = await say(ana, 'Level 0');
    for (let level = 1; level <= 9; level += 1) {
      parent = await say(level % 2 ? bob : ana, `Level ${level}`, { parent });
    }
    const { text } = await page();
    let depth = 0;
    let deepest = 0;
    new Parser({
      onopentag(name) {
        if (name === 'ol') depth += 1;
        deepest = Math.max(deepest, depth);
      },
      onclosetag(name) {
        if (name === 'ol') depth -= 1;
      },
    }).end(text);
    expect(deepest).toBe(7);
    expect(text).toContain('Level 9');
    expect(text).toContain('in answer to');
  });
});

describe('what attackers write', () => {
  const TEXTS = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '</title><svg/onload=alert(1)>',
    '</textarea><script>alert(1)</script>',
    '</article></li></ol></section><h1>The end</h1>',
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#x6A;avascript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:x)',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example/'onmouseover='alert(1))",
    '[x](https://a.example "t\\" onmouseover=\\"alert(1)")',
    '![x](https://a.example/x.png"onerror="alert(1))',
    '![x](javascript:alert(1))',
    '![onerror](x "onerror=alert(1)")',
    '<https://a.example/"><script>alert(1)</script>>',
    'https://a.example/"><script>alert(1)</script>',
    '`</code><script>alert(1)</script>`',
    '```html"onload="alert(1)\n</pre><script>alert(1)</script>\n```',
    '```"><script>\nx\n```',
    '$\\href{javascript:alert(1)}{x}$',
    '$\\href{JaVaScRiPt:alert(1)}{x}$',
    '$\\url{javascript:alert(1)}$',
    '$\\htmlData{onclick=alert(1)}{x}$',
    '$\\includegraphics{https://a.example/x.png}$',
    '$\\class{x" onload="alert(1)}{x}$',
    '$\\def\\a{\\a\\a}\\a$',
    '$\\edef\\a{x}\\edef\\a{\\a\\a}\\edef\\a{\\a\\a}\\a$',
    '$\\rule{1e9em}{1e9em}$',
    `$${'{'.repeat(5_000)}$`,
    '$\\text{<script>alert(1)</script>}$',
    '$\\unknown<script>alert(1)</script>$',
    '$$<img src=x onerror=alert(1)>$$',
    '$'.repeat(9_900),
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '&#60;script&#62;alert(1)&#60;/script&#62;',
    '@ana"><script>alert(1)</script>',
    'arXiv:2303.01234"><script>alert(1)</script>',
    '[ref]: javascript:alert(1)\n\n[ref]',
    '[a]: https://a.example "x"onload="y"\n\n[a]',
    '1. <script>\n2. </script>',
    '> <iframe src="javascript:alert(1)">',
    '| a | b |\n|---|---|\n| <script> | x |',
    '<!-- --><script>alert(1)</script>',
    '<![CDATA[<script>alert(1)</script>]]>',
    '\u202e<script>\u0000alert(1)</scr\u0000ipt>',
    '<scr\u200bipt>alert(1)</scr\u200bipt>',
    '{{constructor.constructor("alert(1)")()}}',
    '</bdi></a><a href="javascript:alert(1)">',
  ];

  it('is shown as the text it is, wherever it is shown', async () => {
    const { as, ana, bob, say, page, clock } = await openSite();
    const ids: string[] = [];
    for (const [at, text] of TEXTS.entries()) {
      // Nobody writes so many in an hour.
      clock.ms += 3 * 60_000;
      ids.push(await say(at % 2 ? ana : bob, `${text}\n\n@${at % 2 ? 'bob' : 'ana'}`));
    }
    const pages = [
      await page(),
      await page(ana),
      await as(ana).get('/notifications'),
      await as(bob).get('/notifications?page=1'),
    ];
    for (const { status, text } of pages) {
      expect(status).toBe(200);
      expectHarmless(text);
    }
    for (const id of ids.slice(0, 12)) {
      expectHarmless((await as(ana).get(`/comments/${id}/reply?quote=1`)).text);
    }
  });

  it.each(TEXTS.map((text, at) => [at, text] as const))(
    'is harmless in a preview (%i)',
    (_, text) => {
      const html = rendered(text);
      expectHarmless(html);
      expect(html).not.toMatch(/<script|<img|<svg|<iframe/i);
    },
  );

  it('is typeset in good time, however much mathematics it is', () => {
    const texts = [
      `$${'\\frac{1}{'.repeat(80)}x${'}'.repeat(80)}$`,
      '$\\sqrt{x}$ '.repeat(900),
      `$$${'\\alpha^{'.repeat(90)}$$`,
    ];
    for (const text of texts) {
      rendered(text);
      const from = process.cpuUsage();
      rendered(text);
      const { user, system } = process.cpuUsage(from);
      // Some 100 ms on a quiet machine.
      expect((user + system) / 1_000).toBeLessThan(1_000);
    }
  });

  it('never yields an element that comments do not have', () => {
    const pieces = fc.constantFrom(
      ...['> ', '- ', '1. ', '  ', '*', '**', '_', '~~', '`', '```\n', '$', '$$', '[', ']('],
      ...['https://a.example', ')', '![', '<', '>', '&lt;', '@ana', '\n', '\n\n', 'word', '\\'],
      ...['# ', '---\n', '<script>', '<img onerror=x>', 'javascript:', '"', "'", '&#60;', 'x^2'],
      ...['arXiv:2303.01234', '[a]: https://a.example\n', '\\frac{1}{2}', '\\text{<b>}'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 120 }), (parts) => {
        const html = rendered(parts.join(''));
        for (const { name, attributes } of elementsOf(html)) {
          // Mathematics is KaTeX's, which writes these and no others.
          if (/^(?:math|semantics|annotation|m[a-z]+)$/.test(name)) continue;
          expect(ALLOWED, name).toHaveProperty(name);
          expect(ALLOWED[name]).toEqual(expect.arrayContaining(Object.keys(attributes)));
        }
        expectHarmless(html);
      }),
      { numRuns: 300 },
    );
  });

  it('is harmless in names, too', async () => {
    const { account, as, ana, say, page } = await openSite();
    const name = '"><script>alert(1)</script>';
    const evil = await account('evil', { displayName: name });
    await say(evil, 'Hello @ana');
    expectHarmless((await page()).text);
    expectHarmless((await as(ana).get('/notifications')).text);
    const feed = await as().get(`/notifications/feed/${ana.feedKey}.xml`);
    expect(feed.text).not.toContain('<script');
  });
});

describe('what is refused', () => {
  const refused = async (
    who: Account | undefined,
    path: string,
    fields: Record<string, string>,
    site: Awaited<ReturnType<typeof openSite>>,
  ) => (await site.as(who).post(path, fields)).status;

  it('is a comment of a stranger', async () => {
    const site = await openSite();
    const id = await site.say(site.ana, 'Hello');
    for (const path of [
      '/comments',
      '/comments/preview',
      `/comments/${id}/edit`,
      `/comments/${id}/delete`,
    ]) {
      expect(await refused(undefined, path, { paper: PAPER, text: 'x' }, site), path).toBe(401);
    }
    for (const path of [`/comments/${id}/edit`, `/comments/${id}/reply`, '/notifications']) {
      expect((await site.as().get(path)).status, path).toBe(401);
    }
  });

  it('is what is too long, empty, or full of links', async () => {
    const site = await openSite();
    const texts = [
      '',
      ' \n\t ',
      '\u200b\u3164',
      '[a]: https://a.example',
      'x'.repeat(10_001),
      'x'.repeat(100_000),
      'x'.repeat(199_999),
      Array.from({ length: 1_000 }, (_, at) => `https://a.example/${at}`).join(' '),
      '![x](https://a.example/x) '.repeat(21),
    ];
    for (const text of texts) {
      const status = await refused(site.ana, '/comments', { paper: PAPER, text }, site);
      expect(status, text.slice(0, 40)).toBe(422);
      expect(await refused(site.ana, '/comments/preview', { paper: PAPER, text }, site)).toBe(422);
    }
    expect((await site.page()).text).toContain('Nobody has said anything');
  });

  it('is flattened or shortened where that does no harm', async () => {
    const site = await openSite();
    await site.say(site.ana, `${'>'.repeat(9_000)} deep`);
    await site.say(site.ana, `a${'\u0301'.repeat(9_000)}`);
    const { text } = await site.page();
    expect(text.match(/<blockquote/g)?.length).toBe(6);
  });

  it('is what somebody else wrote', async () => {
    const site = await openSite();
    const id = await site.say(site.ana, 'Mine');
    expect((await site.as(site.bob).get(`/comments/${id}/edit`)).status).toBe(403);
    expect(await refused(site.bob, `/comments/${id}/edit`, { text: 'Yours' }, site)).toBe(403);
    expect(await refused(site.bob, `/comments/${id}/delete`, {}, site)).toBe(403);
    expect(await refused(site.bob, '/comments/preview', { comment: id, text: 'Yours' }, site)).toBe(
      403,
    );
    expect((await site.page()).text).toContain('Mine');
  });

  it.each([
    NOBODY,
    '1.5',
    '-1',
    '[]',
    '1,2',
    '__proto__',
    'constructor',
    '%00',
    '%ff',
    '..%2f..%2fetc',
    "' or 1=1 --",
    'x'.repeat(5_000),
  ])('is an id that is none (%j)', async (id) => {
    const site = await openSite();
    for (const path of [`/comments/${id}`, `/comments/${id}/edit`, `/comments/${id}/reply`]) {
      const { status } = await site.as(site.ana).get(path);
      expect([400, 404], path).toContain(status);
    }
    const { status } = await site.as(site.ana).post(`/comments/${id}/delete`);
    expect([400, 404]).toContain(status);
    const fields = { paper: PAPER, parent: id, text: 'Hello' };
    expect([404, 422]).toContain(await refused(site.ana, '/comments', fields, site));
    expect([404, 422]).toContain(
      await refused(site.ana, '/comments', { paper: id, text: 'Hello' }, site),
    );
    expect(site.logged).toEqual([]);
  });

  it('is an answer to a comment on another paper', async () => {
    const site = await openSite();
    const there = await site.as(site.ana).post('/comments', { paper: OTHER, text: 'There' });
    const parent = there.location.slice('/comments/'.length);
    expect(await refused(site.bob, '/comments', { paper: PAPER, parent, text: 'Here' }, site)).toBe(
      404,
    );
  });

  it('is any field but those of the form', async () => {
    const site = await openSite();
    await site.say(site.ana, 'Mine', {
      account: site.bob.id,
      account_id: site.bob.id,
      status: 'shown',
      written_at_ms: '0',
      role: 'moderator',
    });
    const { entries } = await site.web.comments.discussionOf(PAPER as never, undefined);
    expect(entries).toMatchObject([{ author: { name: 'ana', role: 'reader' } }]);
  });

  it('is a form of files, lists or nothing', async () => {
    const site = await openSite();
    const files = new FormData();
    files.append('paper', PAPER);
    files.append('text', new File(['x'], 'x.txt'));
    expect((await site.as(site.ana).post('/comments', files)).status).toBe(422);
    const twice = new URLSearchParams([
      ['paper', PAPER],
      ['text[]', 'one'],
      ['text[]', 'two'],
    ]);
    expect((await site.as(site.ana).post('/comments', twice)).status).toBe(422);
    expect((await site.as(site.ana).post('/comments')).status).toBe(422);
    expect(site.logged).toEqual([]);
  });

  it('is too much in an hour, with the time to wait', async () => {
    const site = await openSite();
    const young = await site.account('young', { createdAtMs: site.clock.ms - 60_000 });
    for (let at = 0; at < 5; at += 1) await site.say(young, `Words ${at}`);
    const { status, headers, text } = await site
      .as(young)
      .post('/comments', { paper: PAPER, text: 'More' });
    expect(status).toBe(429);
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(3_000);
    expect(text).toContain('More</textarea>');
  });
});

describe('notifications', () => {
  it('are listed, opened and marked as read', async () => {
    const { as, ana, bob, say, clock } = await openSite();
    const one = await say(ana, '@bob one');
    clock.ms += 60_000;
    await say(ana, '@bob two');
    const { text } = await as(bob).get('/notifications');
    expect(text.match(/class="unread-notice"/g)).toHaveLength(2);
    const [, latest, earlier] =
      /notifications\/([0-9a-f-]{36})[\s\S]*notifications\/([0-9a-f-]{36})/.exec(text) ?? [];
    expect((await as(ana).get(`/notifications/${latest}`)).status).toBe(404);
    const opened = await as(bob).get(`/notifications/${earlier}`);
    expect(opened.location).toBe(`/comments/${one}`);
    expect((await as(bob).get('/notifications')).text.match(/unread-notice/g)).toHaveLength(1);
    const prefetched = await as(bob).get(`/notifications/${latest}`, { 'Sec-Purpose': 'prefetch' });
    expect(prefetched.status).toBe(404);
    await as(bob).post('/notifications/read', { until: String(clock.ms) });
    expect((await as(bob).get('/notifications')).text).not.toContain('unread-notice');
    for (const until of ['', 'x', '-1', '1.5', '1e400']) {
      const { status } = await as(bob).post('/notifications/read', { until });
      expect([303, 422], until).toContain(status);
    }
  });

  it('are a feed for whoever has its address, until it is changed', async () => {
    const { as, ana, bob, say, page } = await openSite({ baseUrl: 'https://proof.example' });
    await say(ana, '@bob a ]]> & <b> \u{1F600}');
    const path = `/notifications/feed/${bob.feedKey}.xml`;
    const { status, headers, text } = await as().get(path);
    expect(status).toBe(200);
    expect(headers.get('Content-Type')).toBe('application/atom+xml; charset=utf-8');
    expect(headers.get('X-Robots-Tag')).toBe('noindex');
    expect(text).toContain('@bob a ]]&gt; &amp; &lt;b&gt; \u{1F600}');
    expect(text).toContain('https://proof.example/comments/');
    const names: string[] = [];
    new Parser({ onopentag: (name) => names.push(name) }, { xmlMode: true }).end(text);
    expect(names.filter((name) => name === 'entry')).toHaveLength(1);
    expect((await page()).text).not.toContain(bob.feedKey);
    await as(bob).post('/notifications/feed/renew');
    expect((await as().get(path)).status).toBe(404);
    for (const file of ['x.xml', '.xml', '%00.xml', `${bob.feedKey}`, `${'x'.repeat(5_000)}.xml`]) {
      expect((await as().get(`/notifications/feed/${file}`)).status, file).toBe(404);
    }
  });

  it('are mailed no more after one click in a letter, without signing in', async () => {
    const { as, account, web } = await openSite();
    const cleo = await account('cleo', { preferences: { mailsNotifications: true } });
    const path = `/notifications/mail/off/${web.mailKeys.keyFor(cleo.id)}`;
    const wants = async () => (await web.accounts.find(cleo.id))?.preferences.mailsNotifications;
    expect((await as().get(path)).text).toContain('Send no more letters');
    expect(await wants()).toBe(true);
    const bodies: (Record<string, string> | FormData)[] = [
      { 'List-Unsubscribe': 'One-Click' },
      new FormData(),
      {},
    ];
    for (const body of bodies) {
      expect((await as().post(path, body)).status).toBe(200);
      expect(await wants()).toBe(false);
    }
    const wrong = [`${path}0`, path.slice(0, -1), `/notifications/mail/off/${cleo.id}`];
    for (const address of wrong) expect((await as().post(address)).status).toBe(404);
  });
});

describe.skipIf(!hasBrowser)('in a browser', () => {
  it('runs nothing of what attackers write, and fits a phone', async () => {
    const { as, ana, bob, say } = await openSite();
    const first = await say(
      ana,
      `# Hello\n\n${'long'.repeat(60)} [x](https://a.example/${'y'.repeat(200)})\n\n$$\\sum_{i=0}^n ${'x_i + '.repeat(30)} 1$$`,
    );
    await say(
      bob,
      '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">',
      { parent: first },
    );
    await say(
      ana,
      '```\na very long line of code that does not fit onto the screen of a phone at all\n```',
    );
    const { app } = as(ana);
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
      await page.route('**/*', async (route) => {
        const { pathname, search } = new URL(route.request().url());
        const response = await app.request(pathname + search);
        await route.fulfill({
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: Buffer.from(await response.arrayBuffer()),
        });
      });
      for (const path of [
        `/papers/${PAPER}`,
        `/comments/${first}/reply?quote=1`,
        '/notifications',
      ]) {
        await page.goto(`http://proof.example${path}`);
        expect(await page.title()).not.toBe('owned');
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width, path).toBeLessThanOrEqual(360);
        await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' });
        const found = (await page.evaluate('axe.run()')) as {
          violations: { id: string; nodes: { html: string }[] }[];
        };
        expect(
          found.violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          path,
        ).toEqual([]);
        if (process.env.SCREENSHOTS)
          await page.screenshot({
            path: `${process.env.SCREENSHOTS}/${path.replace(/\W+/g, '-')}.png`,
            fullPage: true,
          });
      }
    } finally {
      await browser.close();
    }
  });
});
