/** `/papers/{id}` and its Markdown twin `/papers/{id}.md`. */

import { type Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import type { ClaimReader } from '../../community/claims/claim-store.js';
import type { CollectionReader } from '../../community/collection-reader-store.js';
import type { CommentReader } from '../../community/comment-reader-store.js';
import type { PickReader } from '../../community/pick-store.js';
import { informationBy } from '../../embedding/information.js';
import { keywordsOf } from '../../embedding/keywords.js';
import { asBroadsheetError, BroadsheetError } from '../../errors.js';
import type { PaperReader } from '../../papers/catalogue.js';
import { paperPath, parseIdentifier } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { shown } from '../../papers/record.js';
import { papersLike } from '../../search/similar-papers.js';
import { NO_STANDING } from '../../trending/evidence.js';
import { viewFor, type Web } from '../context.js';
import { readDiscussion } from '../discussion.js';
import { type ListingSources, withCommunity } from '../listing.js';
import { paperMarkdown } from '../paper-markdown.js';
import { type PaperCommunity, paperPage } from '../paper-page.js';
import { type Visitor, visitorOf } from '../visitor.js';

const MARKDOWN = '.md';

/** What fits beside the facts of a paper and is still likely to be like it. */
const SIMILAR_PAPERS = 8;

/** A page that takes longer feels slow; it is complete without papers like it. */
const SIMILAR_WITHIN_MS = 300;

export type PaperWeb = Web &
  Pick<ListingSources, 'standings' | 'votes'> & {
    readonly comments: Pick<CommentReader, 'discussionOf' | 'namesAmong'>;
    readonly collections: Pick<CollectionReader, 'ofAccount' | 'holding'>;
    readonly claims: Pick<ClaimReader, 'claimOn' | 'authorsOf'>;
    readonly picks: Pick<PickReader, 'picksOf' | 'submittersOf'>;
  };

export function paperRoute(web: PaperWeb): Hono {
  // Names hold slashes: `cs/9809007`, `doi:10.1145/3292500`.
  return new Hono().get('/papers/:name{.+}', async (c) => {
    const name = c.req.param('name');
    const { paper, isTwin } = await findPaper(web.papers, name);
    if (!paper) {
      const bareName = name.endsWith(MARKDOWN) ? name.slice(0, -MARKDOWN.length) : name;
      throw new BroadsheetError('not_found', `There is no paper ${shown(bareName)} here.`);
    }
    const path = paperPath(paper.id) + (isTwin ? MARKDOWN : '');
    const asked = isTwin ? name.slice(0, -MARKDOWN.length) : name;
    if (asked !== paper.id) return c.redirect(path, 301);
    if (isTwin || prefersMarkdown(c)) {
      return c.body(paperMarkdown(paper, web.site), 200, {
        'Content-Type': 'text/markdown; charset=utf-8',
      });
    }
    const [similar, community] = await Promise.all([
      similarTo(web, paper, c.req.raw.signal),
      communityOf(web, paper, visitorOf(c), c.req.query('comments')),
    ]);
    const keywords = keywordsOf(paper, informationBy(web.model?.()));
    return c.html(paperPage(viewFor(web, c), paper, { similar, keywords, community }));
  });
}

/** A paper whose own name ends in `.md` goes before the twin of one whose name does not. */
async function findPaper(
  papers: Pick<PaperReader, 'find'>,
  name: string,
): Promise<{ readonly paper: Paper | undefined; readonly isTwin: boolean }> {
  // What cannot name a paper is not looked up: databases refuse some of it.
  const paper = parseIdentifier(name) && (await papers.find(name));
  if (paper || !name.endsWith(MARKDOWN)) return { paper, isTwin: false };
  const bareName = name.slice(0, -MARKDOWN.length);
  return { paper: parseIdentifier(bareName) && (await papers.find(bareName)), isTwin: true };
}

/** What people have made of it, as this visitor sees it. */
async function communityOf(
  web: PaperWeb,
  paper: Paper,
  visitor: Visitor,
  commentsPage: string | undefined,
): Promise<PaperCommunity> {
  const { account } = visitor;
  const ids = [paper.id];
  const page = /^[1-9]\d{0,4}$/.test(commentsPage ?? '') ? Number(commentsPage) : 1;
  const [[listed], talk, collections, holding, claim, authors, picks, submitters] =
    await Promise.all([
      withCommunity(web, visitor, [{ paper }]),
      readDiscussion(web, paper.id, visitor, page),
      account ? web.collections.ofAccount(account.id) : [],
      account ? web.collections.holding(account.id, paper.id) : new Set<never>(),
      account && web.claims.claimOn(account.id, paper.id),
      web.claims.authorsOf(ids),
      web.picks.picksOf(ids),
      web.picks.submittersOf(ids),
    ]);
  return {
    standing: listed?.standing ?? NO_STANDING,
    isVoted: listed?.isVoted ?? false,
    talk,
    collections,
    holding,
    claim,
    authors: authors.get(paper.id) ?? [],
    pick: picks.get(paper.id),
    submitter: submitters.get(paper.id),
  };
}

/** Papers like one, the likest first; none where they cannot be had at once. */
async function similarTo(
  web: Pick<Web, 'search' | 'papers' | 'log'>,
  paper: Paper,
  readerHasGone: AbortSignal,
): Promise<readonly Paper[]> {
  const signal = AbortSignal.any([readerHasGone, AbortSignal.timeout(SIMILAR_WITHIN_MS)]);
  const options = { limit: SIMILAR_PAPERS, signal };
  try {
    signal.throwIfAborted();
    // An engine may be slow to notice the signal.
    const findings = papersLike(web.search, web.papers, paper, options);
    const { results } = await Promise.race([findings, rejectionBy(signal)]);
    return results.map((result) => result.paper);
  } catch (error) {
    if (!signal.aborted && asBroadsheetError(error).code === 'internal') {
      web.log.error({ err: error, id: paper.id }, 'Similar papers could not be found.');
    }
    return [];
  }
}

function rejectionBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function prefersMarkdown(c: Context): boolean {
  const supports = ['text/html', 'text/markdown'];
  return accepts(c, { header: 'Accept', supports, default: 'text/html' }) === 'text/markdown';
}
