/** Submitting papers, and shaping the list of a day, as people and attackers meet it. */

import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/accounts/account.js';
import type { Day } from '../../src/papers/dates.js';
import type { PaperId } from '../../src/papers/identifiers.js';
import { addAccount } from '../support/accounts.js';
import { NOON, record } from '../support/catalogue.js';
import { tagged } from '../support/paper-lookup.js';
import { openSubmissionSite } from '../support/submission-site.js';

const FRIDAY = '2026-11-20' as Day;

const SCRIPT = '<script>alert(1)</script>';

const NEW = {
  id: '2611.01234',
  title: 'Attention Is Not All',
  abstract: 'We show that attention is not all, in a line that is long enough.',
  authors: ['Ana Ruiz'],
  categories: ['cs.CL'],
  published: '2026-11-18T15:00:00Z',
};

const OLD = { ...NEW, id: '1706.03762', title: 'All You Need', published: '2017-06-12T15:00:00Z' };

const WITHDRAWN = {
  ...NEW,
  id: '2611.00666',
  title: 'Withdrawn by now',
  abstract: 'This paper has been withdrawn by the authors.',
};

const PAGES = {
  'papers.example.org/one': tagged({
    citation_title: `Small ${SCRIPT} <img src=x onerror=alert(1)> Models`,
    citation_author: `"><svg onload=alert(1)>`,
    citation_publication_date: '2026/11/18',
    citation_abstract: `We ${SCRIPT} \\href{javascript:alert(1)}{x} make them small.`,
    citation_pdf_url: 'javascript:alert(1)',
  }),
  'papers.example.org/undated': tagged({ citation_title: 'Of No Known Date' }),
  'spam.example.org/casino': tagged({
    citation_title: 'A Paper of Spam',
    citation_publication_date: '2026/11/18',
  }),
  'words.example.org/': tagged({
    citation_title: 'The best casino',
    citation_publication_date: '2026/11/18',
  }),
};

async function open(options: Parameters<typeof openSubmissionSite>[0] = {}) {
  const site = await openSubmissionSite({
    arxivPapers: [NEW, OLD, WITHDRAWN],
    pages: PAGES,
    ...options,
  });
  return {
    ...site,
    ana: await addAccount(site.database, { name: 'ana' }),
    ben: await addAccount(site.database, { name: 'ben' }),
    cleo: await addAccount(site.database, { name: 'cleo', role: 'curator' }),
  };
}

type Site = Awaited<ReturnType<typeof open>>;

/** Everything that a submission may leave behind. */
async function left({ papers, web }: Site) {
  const picks = await web.picks.ofPeriod('2026-01-01' as Day, '2027-12-31' as Day);
  return { papers: await papers.count(), picks: picks.length };
}

const NOTHING = { papers: 0, picks: 0 };

/** Submits a paper and says yes. */
async function submitted(site: Site, account: Account, paper: string, note = '') {
  const { post } = site.as(account);
  const { token } = await post('/submit', { paper });
  return post('/submit/confirm', { token, note });
}

describe('The page for submitting', () => {
  it('tells everybody the rules, and asks strangers to sign in', async () => {
    const site = await open({ rules: { perDay: 3, submitters: 'authors' } });
    const { status, text } = await site.as().get('/submit');
    expect(status).toBe(200);
    expect(text).toContain('in the last 14 days');
    expect(text).toContain('authorship of a paper here has been confirmed');
    expect(text).toContain('href="/sign-in?back=%2Fsubmit"');
    expect(text).not.toContain('name="paper"');
  });

  it('tells who is signed in what is left', async () => {
    const site = await open();
    expect((await site.as(site.ana).get('/submit')).text).toContain('3 more papers');
    await submitted(site, site.ana, NEW.id);
    const { text } = await site.as(site.ana).get('/submit');
    expect(text).toContain('2 more papers');
    expect(text).toContain('name="csrf" value="a-token"');
    expect(text).toContain('/date/2026-11-20');
  });

  it('may be opened with a paper in its address', async () => {
    const site = await open();
    const { text } = await site.as(site.ana).get(`/submit?paper=${encodeURIComponent(SCRIPT)}`);
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain(SCRIPT);
  });
});

describe('A paper', () => {
  it('is shown before anything is stored, and then goes into the list with a vote', async () => {
    const site = await open();
    const { post } = site.as(site.ana);
    const preview = await post('/submit', { paper: `https://arxiv.org/abs/${NEW.id}v1` });
    expect(preview.status).toBe(200);
    expect(preview.text).toContain('Attention Is Not All');
    expect(preview.text).toContain('the list of 20 November 2026');
    expect(await left(site)).toEqual(NOTHING);

    const answer = await post('/submit/confirm', { token: preview.token, note: 'Read  this.' });
    expect([answer.status, answer.location]).toEqual([303, `/papers/${NEW.id}`]);
    expect(await site.web.picks.ofDay(FRIDAY)).toMatchObject([
      { paperId: NEW.id, kind: 'submitted', accountId: site.ana.id, note: 'Read this.' },
    ]);
    const ids = [NEW.id as PaperId];
    expect((await site.trending.standings(ids)).get(NEW.id as PaperId)?.votes).toBe(1);
  });

  it('is submitted once by a double click', async () => {
    const site = await open();
    const { post } = site.as(site.ana);
    const { token } = await post('/submit', { paper: NEW.id });
    const answers = await Promise.all(
      [1, 2, 3].map(() => post('/submit/confirm', { token, note: '' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await left(site)).toEqual({ papers: 1, picks: 1 });
    expect((await post('/submit', { paper: NEW.id })).status).toBe(303);
  });

  it('that is in a list leads there with a vote, and asks nobody', async () => {
    const site = await open();
    await submitted(site, site.ana, 'https://papers.example.org/one');
    const before = site.asked.length;
    const [{ paperId } = { paperId: '' as PaperId }] = await site.web.picks.ofDay(FRIDAY);
    const answer = await site.as(site.ben).post('/submit', { paper: 'papers.example.org/one' });
    expect([answer.status, answer.location]).toEqual([303, `/papers/${paperId}`]);
    expect((await site.trending.standings([paperId])).get(paperId)?.votes).toBe(2);
    expect(site.asked).toHaveLength(before);
  });

  it('that is in a list may be brought by who has no submission left', async () => {
    const site = await open({ rules: { perDay: 1 } });
    await site.papers.add([
      record({ title: 'Another of today', names: ['a-1'], published: FRIDAY }),
    ]);
    await submitted(site, site.ana, NEW.id);
    await submitted(site, site.ben, 'a-1');
    expect((await site.as(site.ben).post('/submit', { paper: NEW.id })).status).toBe(303);
    const other = await site.as(site.ben).post('/submit', { paper: OLD.id });
    expect(other.status).toBe(429);
    expect(other.text).toContain('everybody may submit 1');
  });

  it('that the catalogue has goes straight to its preview', async () => {
    const site = await open();
    await site.papers.add([record({ title: 'Here already', names: [NEW.id], published: FRIDAY })]);
    const preview = await site.as(site.ana).post('/submit', { paper: NEW.id });
    expect(preview.text).toContain('Here already');
    expect(preview.text).toContain(`href="/papers/${NEW.id}"`);
    expect((await submitted(site, site.ana, NEW.id)).status).toBe(303);
  });

  it('is told to programs as JSON', async () => {
    const site = await open();
    const { post } = site.as(site.ana);
    const json = { Accept: 'application/json' };
    const preview = JSON.parse((await post('/submit', { paper: NEW.id }, json)).text);
    expect(preview).toMatchObject({
      status: 'preview',
      paper: { title: 'Attention Is Not All', publishedOn: '2026-11-18' },
      day: FRIDAY,
    });
    const fields = { token: preview.token, note: '' };
    const { text } = await post('/submit/confirm', fields, json);
    expect(JSON.parse(text)).toEqual({ status: 'listed', paper: NEW.id, day: FRIDAY, isNew: true });
    expect(JSON.parse((await post('/submit', { paper: NEW.id }, json)).text)).toEqual({
      status: 'listed',
      paper: NEW.id,
      day: FRIDAY,
    });
    const refused = await post('/submit', { paper: 'http://127.0.0.1/' }, json);
    expect(JSON.parse(refused.text)).toMatchObject({ error: { code: 'url_not_allowed' } });
  });

  it('cannot be a page of scripts', async () => {
    const site = await open();
    const { post } = site.as(site.ana);
    const { text, token } = await post('/submit', { paper: 'https://papers.example.org/one' });
    for (const hostile of [SCRIPT, '<img src=x', '<svg onload', 'href="javascript']) {
      expect(text).not.toContain(hostile);
    }
    await post('/submit/confirm', { token, note: SCRIPT });
    expect(await site.web.picks.ofDay(FRIDAY)).toMatchObject([{ note: SCRIPT }]);
    const [paper] = [...(await site.papers.changesSince(0, 10)).papers];
    expect(paper?.links.some(({ url }) => url.startsWith('javascript'))).toBe(false);
  });
});

describe('A paper is refused', () => {
  it.each([
    ['that is too old', OLD.id, 'first appeared on 12 June 2017'],
    ['that is a new version of an old one', `${OLD.id}v7`, 'first appeared on 12 June 2017'],
    ['that has been withdrawn', WITHDRAWN.id, 'withdrawn'],
    ['whose date nobody knows', 'https://papers.example.org/undated', 'not known when'],
    ['that arXiv does not have', '2611.09999', 'no paper 2611.09999'],
  ])('%s', async (_, paper, words) => {
    const site = await open();
    const { status, text } = await site.as(site.ana).post('/submit', { paper });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).toContain(words);
    // What was pasted stands there again.
    expect(text).toContain(`>${paper}</textarea>`);
    expect(await left(site)).toEqual(NOTHING);
  });

  it('from readers for its age, and not from curators, who are told', async () => {
    const site = await open();
    const { text, token } = await site.as(site.cleo).post('/submit', { paper: OLD.id });
    expect(text).toContain('As a curator you may submit it all the same');
    expect(token).not.toBe('');
  });

  it('from its own authors, where the operator wants it so', async () => {
    const site = await open({ rules: { ownPapers: false } });
    await site.papers.add([record({ title: 'Mine', names: [NEW.id], published: FRIDAY })]);
    await claim(site, site.ana, NEW.id);
    const { status, text } = await site.as(site.ana).post('/submit', { paper: NEW.id });
    expect([status, text.includes('papers of their own')]).toEqual([422, true]);
    expect((await submitted(site, site.ben, NEW.id)).status).toBe(303);
  });

  it('from who is not an author of any, where only authors submit', async () => {
    const site = await open({ rules: { submitters: 'authors' } });
    expect((await site.as(site.ana).post('/submit', { paper: NEW.id })).status).toBe(403);
    expect((await site.as(site.ana).get('/submit')).text).toContain('Claim a paper of yours');
    await site.papers.add([record({ title: 'Mine', names: ['2610.00001'] })]);
    await claim(site, site.ana, '2610.00001');
    expect((await submitted(site, site.ana, NEW.id)).status).toBe(303);
  });

  it('from a newcomer for the third time', async () => {
    const site = await open();
    const dan = await addAccount(site.database, { name: 'dan', createdAtMs: NOON.getTime() });
    const titles = ['One of today', 'Two of today', 'Three of today'];
    await site.papers.add(
      titles.map((title, at) => record({ title, names: [`n-${at}`], published: FRIDAY })),
    );
    const answers = [];
    for (const at of [0, 1, 2]) answers.push((await submitted(site, dan, `n-${at}`)).status);
    expect(answers.slice(0, 2)).toEqual([303, 303]);
    expect(answers[2]).toBeGreaterThanOrEqual(400);
    expect((await site.as(dan).get('/submit')).text).toContain('a new account may submit 2');
  });

  it('that a curator has taken out', async () => {
    const site = await open();
    await submitted(site, site.ana, NEW.id);
    await site.web.picks.remove(site.cleo.id, FRIDAY, NEW.id as PaperId);
    const { status, text } = await site.as(site.ben).post('/submit', { paper: NEW.id });
    expect([status, text.includes('taken this paper out')]).toEqual([409, true]);
  });

  it('from hosts and with words that stand on the blocklist', async () => {
    const site = await open();
    await site.database.connection.transaction().execute(async (transaction) => {
      const { blocklist } = site;
      await blocklist.add(transaction, { kind: 'domain', pattern: 'spam.example.org' }, '');
      await blocklist.add(transaction, { kind: 'word', pattern: 'casino' }, '');
    });
    const { post } = site.as(site.ana);
    for (const paper of ['https://spam.example.org/casino', 'https://words.example.org/']) {
      const { status } = await post('/submit', { paper });
      expect(status).toBe(422);
    }
    expect(site.asked).toEqual(['words.example.org/']);
    const { token } = await post('/submit', { paper: NEW.id });
    for (const note of ['A CASINO!', 'See https://spam.example.org/x']) {
      expect((await post('/submit/confirm', { token, note })).status).toBe(422);
    }
    expect(await left(site)).toEqual(NOTHING);
  });

  it('when somebody looks up too many', async () => {
    const site = await open();
    const { post } = site.as(site.ana);
    const statuses = [];
    for (let times = 0; times < 32; times += 1) {
      statuses.push((await post('/submit', { paper: 'http://127.0.0.1/' })).status);
    }
    expect(statuses.slice(0, 30).every((status) => status === 422)).toBe(true);
    expect(statuses.slice(30)).toEqual([429, 429]);
  });
});

describe('Whatever is sent', () => {
  let nth = 0;
  const HOSTILE: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['blanks', ' \n\t '],
    ['NUL', '2611.01234\u0000'],
    ['a lone surrogate', '\ud800'],
    ['writing turned round', '\u202e43210.1162'],
    ['zero width', '2611\u200b.01234'],
    ['ten thousand combining marks', `e${'\u0301'.repeat(10_000)}`],
    ['a long text', 'x'.repeat(200_000)],
    ['braces', `@a{b, title={${'{'.repeat(9_000)}`],
    ['a long entry', `@a{b, title={${'x'.repeat(100_000)}}}`],
    ['five thousand authors', `@a{b, title={T}, author={${'A and '.repeat(5_000)}B}}`],
    ['two entries', '@a{b, title={T}}\n@a{c, title={U}}'],
    ['an entry of nothing', '@a{b,}'],
    ['a prototype', '@a{__proto__, __proto__={x}, title={constructor}}'],
    ['SQL', "'; drop table papers; --"],
    ['a path', '../../etc/passwd'],
    ['an impossible number', '9999.99999'],
    ['a DOI of dots', '10.1145/../../x'],
    ['a host in a host', 'https://papers.example.org@127.0.0.1/'],
    ['a template', '$'.concat('{7*7}{{7*7}}')],
    ['line breaks for a header', 'https://papers.example.org/\r\nHost: x'],
    ...[
      ...['http://127.1/', 'https://127.1/', 'https://0x7f000001/', 'https://2130706433/'],
      ...['https://[::ffff:127.0.0.1]/', 'https://[::]/', 'https://169.254.169.254/latest/'],
      ...['https://[fd00::1]/', 'https://[64:ff9b::7f00:1]/', 'https://localhost./'],
      ...['https://user@papers.example.org/', 'http://ok@127.0.0.1', 'file:///etc/passwd'],
      ...['gopher://papers.example.org/', 'data:text/html,x', 'javascript:alert(1)'],
      ...['ftp://papers.example.org/', 'https://printer/', 'https://papers.example.org:22/'],
    ].map((address) => [address, address] as const),
  ];

  it('is refused in words, leaves nothing, and asks nobody', async () => {
    const site = await open();
    for (const [name, paper] of HOSTILE) {
      const account = await addAccount(site.database, { name: `h${nth++}` });
      const { status, text } = await site.as(account).post('/submit', { paper });
      expect({ name, isRefused: status >= 400 && status < 500 }).toEqual({ name, isRefused: true });
      expect(text).toContain('class="problem"');
      expect(text).not.toMatch(/at .+\.ts:\d+|node_modules/);
      expect({ name, ...(await left(site)) }).toEqual({ name, ...NOTHING });
      expect({ name, logged: site.logged, asked: site.asked }).toEqual({
        name,
        logged: [],
        asked: [],
      });
    }
  });

  it.each<[string, () => FormData | URLSearchParams | Record<string, string>]>([
    ['no fields', () => ({})],
    ['another field', () => ({ url: NEW.id })],
    [
      'a file',
      () => {
        const form = new FormData();
        form.set('paper', new File(['2611.01234'], 'paper.txt'));
        return form;
      },
    ],
    ['a field of many', () => new URLSearchParams('paper[]=1&paper[]=2&paper.x=3')],
  ])('as fields is refused: %s', async (_, fields) => {
    const site = await open();
    const { status } = await site.as(site.ana).post('/submit', fields());
    expect(status).toBe(422);
    expect((await site.as(site.ana).post('/submit/confirm', fields())).status).toBe(422);
  });

  it('by strangers is refused before it is read', async () => {
    const site = await open();
    for (const path of ['/submit', '/submit/confirm', '/picks', '/picks/remove', '/picks/move']) {
      expect((await site.as().post(path, { paper: NEW.id })).status).toBe(401);
    }
    expect(site.asked).toEqual([]);
  });

  it('beside the token counts nothing: no title, no day, no account, no role', async () => {
    const site = await open();
    const { post } = site.as(site.ana);
    const { token } = await post('/submit', { paper: NEW.id });
    await post('/submit/confirm', {
      token,
      note: '',
      title: 'Another title',
      abstract: SCRIPT,
      paper: OLD.id,
      day: '2026-11-30',
      kind: 'curated',
      position: '1',
      account_id: site.ben.id,
      accountId: site.ben.id,
      role: 'admin',
    });
    expect(await site.papers.find(NEW.id)).toMatchObject({ title: 'Attention Is Not All' });
    expect(await site.web.picks.ofPeriod('2026-01-01' as Day, '2027-01-01' as Day)).toMatchObject([
      { day: FRIDAY, kind: 'submitted', accountId: site.ana.id, position: undefined },
    ]);
  });

  it('with the token of somebody else, an old one or none is refused', async () => {
    const site = await open();
    const { token } = await site.as(site.ana).post('/submit', { paper: NEW.id });
    const [text, signature] = token.split('.');
    for (const other of [token, '', 'x', `${text}`, `${text}x.${signature}`, `.${signature}`]) {
      const { status } = await site.as(site.ben).post('/submit/confirm', { token: other });
      expect(status).toBe(422);
    }
    site.clock.ms += 2 * 3_600_000;
    expect((await site.as(site.ana).post('/submit/confirm', { token })).status).toBe(410);
    expect(await left(site)).toEqual(NOTHING);
  });

  it('as a note is cleaned and measured', async () => {
    const site = await open();
    const { post } = site.as(site.ana);
    const { token } = await post('/submit', { paper: NEW.id });
    expect((await post('/submit/confirm', { token, note: 'x'.repeat(501) })).status).toBe(422);
    const note = 'a\u202eb\u0000c\ud800 \u200bd';
    expect((await post('/submit/confirm', { token, note })).status).toBe(303);
    expect((await site.web.picks.ofDay(FRIDAY))[0]?.note).toBe('abc\ufffd d');
  });

  it('cannot slip past the rules between the preview and the word', async () => {
    const site = await open();
    const { token } = await site.as(site.ana).post('/submit', { paper: NEW.id });
    // It has become known meanwhile, and is withdrawn.
    await site.papers.add([
      record({ title: NEW.title, names: [NEW.id], source: 'arxiv', version: 9, withdrawn: true }),
    ]);
    const { status, text } = await site.as(site.ana).post('/submit/confirm', { token });
    expect([status, text.includes('withdrawn')]).toEqual([422, true]);
    expect((await left(site)).picks).toBe(0);
  });

  it('cannot make an old paper new by a page that copies it', async () => {
    const site = await open();
    await site.papers.add([
      record({
        title: 'Small Models of Old',
        authors: ['Ana Ruiz'],
        names: ['1801.00001'],
        published: '2018-01-01',
      }),
    ]);
    const entry =
      '@a{b, title={Small Models of Old}, author={Ana Ruiz}, date={2026-11-19}, url={https://evil.example.org/}}';
    const { status, text } = await submitted(site, site.ana, entry);
    expect([status, text.includes('1 January 2018')]).toEqual([422, true]);
    expect(await left(site)).toEqual({ papers: 1, picks: 0 });
    expect((await site.papers.find('1801.00001'))?.links).toEqual([]);
  });
});

describe('Curators', () => {
  const inList = async (site: Site) =>
    (await site.web.picks.ofDay(FRIDAY)).map(({ paperId, note }) => [paperId, note]);

  async function withPapers() {
    const site = await open();
    await site.papers.add(
      ['p-1', 'p-2', 'p-3'].map((name) => record({ title: `Paper ${name}`, names: [name] })),
    );
    return site;
  }

  it('add papers to a day, order, annotate and remove them, and come back to the page', async () => {
    const site = await withPapers();
    const { post } = site.as(site.cleo);
    const list = { day: FRIDAY, back: '/date/2026-11-20' };
    for (const paper of ['p-1', 'p-2', 'p-3']) await post('/picks', { ...list, paper });
    expect(await post('/picks/move', { ...list, paper: 'p-3', to: 'up' })).toMatchObject({
      status: 303,
      location: '/date/2026-11-20',
    });
    await post('/picks/move', { ...list, paper: 'p-2', to: '1' });
    await post('/picks/note', { ...list, paper: 'p-2', note: 'First of all.' });
    await post('/picks/remove', { ...list, paper: 'p-1' });
    expect(await inList(site)).toEqual([
      ['p-2', 'First of all.'],
      ['p-3', ''],
    ]);
    const json = await post(
      '/picks/move',
      { ...list, paper: 'p-2', to: 'ranked' },
      { Accept: 'application/json' },
    );
    expect(JSON.parse(json.text)).toEqual({ day: FRIDAY, paper: 'p-2' });
  });

  it('alone may do so', async () => {
    const site = await withPapers();
    for (const path of ['/picks', '/picks/remove', '/picks/move', '/picks/note']) {
      const fields = { day: FRIDAY, paper: 'p-1', note: '', to: 'up', role: 'curator' };
      expect((await site.as(site.ana).post(path, fields)).status).toBe(403);
    }
    expect(await inList(site)).toEqual([]);
  });

  const WRONG: readonly (readonly [string, Record<string, string>, number])[] = [
    ['/picks', { day: '2026-02-30', paper: 'p-1' }, 422],
    ['/picks', { day: 'today', paper: 'p-1' }, 422],
    ['/picks', { day: '', paper: 'p-1' }, 422],
    ['/picks', { paper: 'p-1' }, 422],
    ['/picks', { day: FRIDAY, paper: 'p-9' }, 404],
    ['/picks', { day: FRIDAY, paper: '' }, 422],
    ['/picks', { day: FRIDAY, paper: 'a\u0000b' }, 404],
    ['/picks', { day: FRIDAY, paper: 'p-1', note: 'x'.repeat(600) }, 422],
    ['/picks', { day: FRIDAY, paper: 'p-1', note: 'x'.repeat(100_000) }, 422],
    ['/picks/move', { day: FRIDAY, paper: 'p-1', to: 'up' }, 404],
    ['/picks/move', { day: FRIDAY, paper: 'p-1', to: '0' }, 422],
    ['/picks/move', { day: FRIDAY, paper: 'p-1', to: '-1' }, 422],
    ['/picks/move', { day: FRIDAY, paper: 'p-1', to: '1.5' }, 422],
    ['/picks/move', { day: FRIDAY, paper: 'p-1', to: '1e9' }, 422],
    ['/picks/move', { day: FRIDAY, paper: 'p-1', to: '99999999999' }, 422],
    ['/picks/move', { day: FRIDAY, paper: 'p-1' }, 422],
    ['/picks/remove', { day: FRIDAY, paper: 'p-1' }, 404],
    ['/picks/note', { day: FRIDAY, paper: 'p-1', note: '' }, 404],
  ];

  it('are refused in words where a form is wrong', async () => {
    const site = await withPapers();
    for (const [path, fields, expected] of WRONG) {
      const { status } = await site.as(site.cleo).post(path, fields);
      expect([path, fields, status]).toEqual([path, fields, expected]);
      expect(await inList(site)).toEqual([]);
    }
  });

  it('are not led elsewhere', async () => {
    const site = await withPapers();
    const { location } = await site
      .as(site.cleo)
      .post('/picks', { day: FRIDAY, paper: 'p-1', back: '//evil.example.org/' });
    expect(location).toBe('/');
  });
});

async function claim({ database }: Site, account: Account, paperId: string): Promise<void> {
  await database.connection
    .$extendTables<{
      authorship_claims: {
        id: string;
        account_id: string;
        paper_id: string;
        author_name: string;
        statement: string;
        status: string;
        verified_by: string | null;
        claimed_at_ms: number;
        decided_at_ms: number | null;
      };
    }>()
    .insertInto('authorship_claims')
    .values({
      id: `${account.id}-${paperId}`,
      account_id: account.id,
      paper_id: paperId,
      author_name: account.name,
      statement: '',
      status: 'accepted',
      verified_by: 'moderator',
      claimed_at_ms: 0,
      decided_at_ms: 0,
    })
    .execute();
}
