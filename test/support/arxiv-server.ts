/**
 * An arXiv of our own: feeds and query API over real HTTP, in arXiv's formats, from a list of
 * papers. It keeps a log of who asked when, and misbehaves by plan.
 */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip, gzipSync } from 'node:zlib';

export type ArxivPaper = {
  /** Without version: `2611.01234` or `hep-th/9901001`. */
  readonly id: string;
  readonly title: string;
  readonly abstract: string;
  readonly authors: readonly string[];
  /** The primary one first. */
  readonly categories: readonly string[];
  /** When the first version was submitted: `2026-11-18T17:00:00Z`. */
  readonly published: string;
  /** When the latest version was submitted; the same as `published` if not given. */
  readonly updated?: string;
  /** 1 if not given. */
  readonly version?: number;
  readonly comment?: string;
  readonly journalReference?: string;
  readonly doi?: string;
  /** How today's feed announces it; a paper without is known to the API only. */
  readonly announce?: 'new' | 'cross' | 'replace' | 'replace-cross';
};

export type ArxivRequest = {
  readonly service: 'rss' | 'api';
  /** 1 for the first request to this service. */
  readonly number: number;
  readonly url: URL;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly startedAtMs: number;
  /** When the answer had gone out or its connection had broken. */
  endedAtMs?: number;
};

/** What a request gets instead of its answer. */
export type Misbehaviour =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Another body, with status 200. */
  | { readonly kind: 'body'; readonly body: string | Uint8Array; readonly type?: string }
  /** The answer without its end, properly sent. */
  | { readonly kind: 'truncated'; readonly keep: number }
  /** A page of the API without entries that still promises them. */
  | { readonly kind: 'empty page' }
  /** Headers at once, the body after a while. */
  | { readonly kind: 'slow body'; readonly delayMs: number }
  /** The connection breaks in the middle of the body. */
  | { readonly kind: 'cut connection' }
  /** Zeros, well compressed. */
  | { readonly kind: 'gzip bomb'; readonly bytes: number }
  | { readonly kind: 'redirect loop' };

export type ArxivServer = AsyncDisposable & {
  /** For the setting of this name: `http://127.0.0.1:…/rss`. */
  readonly rssUrl: string;
  /** `http://127.0.0.1:…/api/query`. */
  readonly apiUrl: string;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly ArxivRequest[];
};

export type ArxivServerOptions = {
  readonly papers: readonly ArxivPaper[];
  /** Decides for each request; `undefined` lets it be answered. */
  readonly plan?: (request: ArxivRequest) => Misbehaviour | undefined;
  /** The day that the feeds announce. */
  readonly announcedOn?: string;
  /** arXiv cuts feeds after 2,000 items. */
  readonly longestFeed?: number;
};

export async function startArxivServer({
  papers,
  plan = () => undefined,
  announcedOn = '2026-11-20',
  longestFeed = 2_000,
}: ArxivServerOptions): Promise<ArxivServer> {
  const requests: ArxivRequest[] = [];
  const numbers = { rss: 0, api: 0 };

  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', `http://${message.headers.host}`);
    const service = url.pathname.startsWith('/rss/') ? 'rss' : 'api';
    numbers[service] += 1;
    const request: ArxivRequest = {
      service,
      number: numbers[service],
      url,
      headers: message.headers,
      startedAtMs: Date.now(),
    };
    requests.push(request);
    response.on('close', () => {
      request.endedAtMs = Date.now();
    });
    const misbehaviour = plan(request);
    const isEmptied = misbehaviour?.kind === 'empty page';
    const body =
      service === 'rss'
        ? rssFeed(papers, url, announcedOn, longestFeed)
        : apiAnswer(papers, url, isEmptied);
    if (misbehaviour && !isEmptied) misbehave(misbehaviour, body, request, response);
    else answer(body, message, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    rssUrl: `http://127.0.0.1:${port}/rss`,
    apiUrl: `http://127.0.0.1:${port}/api/query`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(body: string, message: IncomingMessage, response: ServerResponse): void {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  if (message.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  response
    .writeHead(200, {
      etag,
      'content-type': 'application/xml; charset=utf-8',
      'content-encoding': 'gzip',
    })
    .end(gzipSync(body));
}

function misbehave(
  misbehaviour: Exclude<Misbehaviour, { kind: 'empty page' }>,
  body: string,
  { url }: ArxivRequest,
  response: ServerResponse,
): void {
  const xml = { 'content-type': 'application/xml; charset=utf-8' };
  switch (misbehaviour.kind) {
    case 'status':
      response.writeHead(misbehaviour.status, misbehaviour.headers).end(misbehaviour.body ?? '');
      return;
    case 'body':
      response
        .writeHead(200, { 'content-type': misbehaviour.type ?? xml['content-type'] })
        .end(misbehaviour.body);
      return;
    case 'truncated':
      response.writeHead(200, xml).end(body.slice(0, Math.floor(body.length * misbehaviour.keep)));
      return;
    case 'slow body':
      response.writeHead(200, xml).flushHeaders();
      void sleep(misbehaviour.delayMs, undefined, { ref: false }).then(() => response.end(body));
      return;
    case 'cut connection':
      response.writeHead(200, { ...xml, 'content-length': Buffer.byteLength(body) });
      response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
      return;
    case 'gzip bomb':
      sendBomb(misbehaviour.bytes, response);
      return;
    case 'redirect loop':
      response.writeHead(302, { location: url.pathname }).end();
  }
}

/** Compressed as it goes out, for as long as somebody listens. */
function sendBomb(bytes: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/xml', 'content-encoding': 'gzip' });
  const gzip = createGzip();
  gzip.pipe(response);
  response.on('close', () => gzip.destroy());
  const zeros = Buffer.alloc(64 * 1024);
  let sent = 0;
  const pump = (): void => {
    while (sent < bytes && !gzip.destroyed) {
      sent += zeros.length;
      if (!gzip.write(zeros)) {
        gzip.once('drain', pump);
        return;
      }
    }
    if (!gzip.destroyed) gzip.end();
  };
  pump();
}

function rssFeed(
  papers: readonly ArxivPaper[],
  url: URL,
  announcedOn: string,
  longestFeed: number,
): string {
  const categories = decodeURIComponent(url.pathname.slice('/rss/'.length)).split('+');
  const items = papers
    .filter(({ announce }) => announce)
    .filter((paper) => paper.categories.some((category) => categories.includes(category)))
    .slice(0, longestFeed)
    .map((paper) => rssItem(paper, announcedOn));
  return `<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
  <channel>
    <title>${categories.join(', ')} updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/${categories.join('+')}</link>
    <description>${categories.join(', ')} updates on the arXiv.org e-print archive.</description>
    <language>en-us</language>
    <lastBuildDate>${rssDate(announcedOn)}</lastBuildDate>
    <pubDate>${rssDate(announcedOn)}</pubDate>
    <skipDays><day>Saturday</day><day>Sunday</day></skipDays>
${items.join('\n')}
  </channel>
</rss>
`;
}

function rssItem(paper: ArxivPaper, announcedOn: string): string {
  const { id, version = 1, announce, journalReference, doi } = paper;
  return `    <item>
      <title>${escaped(paper.title)}</title>
      <link>https://arxiv.org/abs/${id}</link>
      <description>arXiv:${id}v${version} Announce Type: ${announce}
Abstract: ${escaped(paper.abstract)}</description>
      <guid isPermaLink="false">oai:arXiv.org:${id}v${version}</guid>
${paper.categories.map((category) => `      <category>${category}</category>`).join('\n')}
      <pubDate>${rssDate(announcedOn)}</pubDate>
      <arxiv:announce_type>${announce}</arxiv:announce_type>
      <dc:rights>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</dc:rights>
      ${doi ? `<arxiv:DOI>${escaped(doi)}</arxiv:DOI>` : ''}
      ${journalReference ? `<arxiv:journal_reference>${escaped(journalReference)}</arxiv:journal_reference>` : ''}
      <dc:creator>${escaped(paper.authors.join(', '))}</dc:creator>
    </item>`;
}

function apiAnswer(papers: readonly ArxivPaper[], url: URL, isEmptied: boolean): string {
  const parameters = url.searchParams;
  const start = Number(parameters.get('start') ?? 0);
  const most = Number(parameters.get('max_results') ?? 10);
  const found = matching(papers, parameters);
  const page = isEmptied ? [] : found.slice(start, start + most);
  return `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/cHxbiOdZaP56ODnBPIenZhzg5f8</id>
  <title>arXiv Query: ${escaped(url.search)}</title>
  <updated>2026-11-20T05:00:00Z</updated>
  <link href="${escaped(url.href)}" type="application/atom+xml"/>
  <opensearch:itemsPerPage>${most}</opensearch:itemsPerPage>
  <opensearch:totalResults>${found.length}</opensearch:totalResults>
  <opensearch:startIndex>${start}</opensearch:startIndex>
${page.map(atomEntry).join('\n')}
</feed>
`;
}

function matching(papers: readonly ArxivPaper[], parameters: URLSearchParams): ArxivPaper[] {
  const ids = parameters.get('id_list')?.split(',');
  if (ids) return papers.filter(({ id }) => ids.includes(id));
  const query = parameters.get('search_query') ?? '';
  const categories = [...query.matchAll(/cat:([\w.-]+)/g)].map(([, category]) => category);
  const [, from = '', to = ''] = /submittedDate:\[(\d{12}) TO (\d{12})\]/.exec(query) ?? [];
  return papers
    .filter((paper) => paper.categories.some((category) => categories.includes(category)))
    .filter(({ published }) => {
      const minute = published.replace(/\D/g, '').slice(0, 12);
      return minute >= from && minute <= to;
    })
    .sort((one, other) => one.published.localeCompare(other.published));
}

function atomEntry(paper: ArxivPaper): string {
  const { id, version = 1, published, updated = published, comment, doi } = paper;
  return `  <entry>
    <id>http://arxiv.org/abs/${id}v${version}</id>
    <title>${escaped(wrapped(paper.title))}</title>
    <updated>${updated}</updated>
    <link href="https://arxiv.org/abs/${id}v${version}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/${id}v${version}" rel="related" type="application/pdf" title="pdf"/>
    <summary>${escaped(wrapped(paper.abstract))}</summary>
${paper.categories.map((term) => `    <category term="${term}" scheme="http://arxiv.org/schemas/atom"/>`).join('\n')}
    <published>${published}</published>
    ${comment ? `<arxiv:comment>${escaped(comment)}</arxiv:comment>` : ''}
    ${doi ? `<arxiv:doi>${escaped(doi)}</arxiv:doi>` : ''}
    ${paper.journalReference ? `<arxiv:journal_ref>${escaped(paper.journalReference)}</arxiv:journal_ref>` : ''}
    <arxiv:primary_category term="${paper.categories[0]}"/>
${paper.authors.map((name) => `    <author><name>${escaped(name)}</name></author>`).join('\n')}
  </entry>`;
}

/** `Fri, 20 Nov 2026 00:00:00 -0500`: arXiv dates its lists at midnight in New York. */
function rssDate(day: string): string {
  const [, weekday, date, month, year] =
    /^(\w+), (\d+) (\w+) (\d+)/.exec(new Date(`${day}T00:00:00Z`).toUTCString()) ?? [];
  return `${weekday}, ${date} ${month} ${year} 00:00:00 -0500`;
}

/** The API breaks its lines as for a screen of 80 signs. */
function wrapped(text: string): string {
  return text.replace(/(.{60,75}) /g, '$1\n  ');
}

function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
