/** The page of one paper: all that is known of it, and who said so. */

import type { Child } from 'hono/jsx';
import type { PublicAccount } from '../accounts/account.js';
import type { Claim } from '../community/claims/claim.js';
import type { Collection } from '../community/collections.js';
import type { Keyword } from '../embedding/keywords.js';
import { type Day, dateInWords } from '../papers/dates.js';
import { identifierValue, paperPath, schemeOf } from '../papers/identifiers.js';
import type { FactName, Paper, PaperVersion, SourceName } from '../papers/paper.js';
import { shortened } from '../papers/sentences.js';
import { plainLine } from '../papers/text-pieces.js';
import type { Standing } from '../trending/evidence.js';
import { AuthorNames } from './author-names.js';
import { ClaimBox, type KnownAuthors } from './claim-box.js';
import { SaveTo } from './collection-forms.js';
import type { View } from './context.js';
import { type DiscussionOnPage, DiscussionSection } from './discussion.js';
import { DismissButton } from './dismiss-button.js';
import { document } from './layout.js';
import type { Markup } from './markup.js';
import { Byline, DateOf } from './paper-card.js';
import { categoryPath, keywordPath, nameIn, outwardLinks } from './paper-links.js';
import { PickedLine } from './picked-line.js';
import { RichLine, RichText } from './rich-text.js';
import { VoteButton } from './vote-button.js';
import { whyTrendingPath } from './why-trending.js';

const SOURCE_WORDS: Readonly<Record<SourceName, string>> = {
  arxiv: 'arXiv',
  doi: 'its DOI (doi.org)',
  jsonl: 'an imported file',
  listing: 'a saved listing',
  web: 'its page on the web',
  bibtex: 'a BibTeX entry of a reader',
  sample: 'the sample of Broadsheet',
};

const FACT_WORDS: Readonly<Record<FactName, string>> = {
  title: 'Title',
  abstract: 'Abstract',
  authors: 'Authors',
  categories: 'Categories',
  links: 'Links',
  venue: 'Venue',
  comment: 'Comment',
  publishedOn: 'Date of publication',
  updatedOn: 'Date of the latest version',
  announcedOn: 'Date of announcement',
  withdrawn: 'Withdrawal',
};

/** Some six lines on a phone. Large collaborations have thousands, and the abstract is below. */
const MOST_AUTHORS_SHOWN = 20;

/** What search engines show of a page. */
const LONGEST_DESCRIPTION = 160;

/** What people have made of a paper, as one visitor sees it. */
export type PaperCommunity = {
  readonly standing: Standing;
  readonly isVoted: boolean;
  readonly talk: DiscussionOnPage;
  /** The visitor's collections, and which of them hold it. */
  readonly collections: readonly Collection[];
  readonly holding: ReadonlySet<Collection['id']>;
  readonly claim: Claim | undefined;
  /** Its authors, as far as they are here. */
  readonly authors: KnownAuthors;
  /** When it stood in a list that people made, who put it there and what they said. */
  readonly pick: { readonly day: Day; readonly note: string } | undefined;
  readonly submitter: PublicAccount | undefined;
};

/** What the page tells of a paper beyond the catalogue; nothing is said where there is none. */
export type PaperSurroundings = {
  readonly community: PaperCommunity;
  /** Papers like it, the likest first. */
  readonly similar: readonly Paper[];
  /** What it is about, the most telling first. */
  readonly keywords: readonly Keyword[];
};

export function paperPage(
  web: View,
  paper: Paper,
  { similar, keywords, community }: PaperSurroundings,
): Markup {
  const path = paperPath(paper.id);
  return document({
    web,
    title: plainLine(paper.title),
    path,
    head: <PaperHead paper={paper} baseUrl={web.site.baseUrl} />,
    children: (
      <>
        <article data-paper-id={paper.id} class="paper reading">
          <p class="links categories">
            {paper.categories.map((category) => (
              <a class="category" href={categoryPath(category)}>
                {category}
              </a>
            ))}
          </p>
          <h1 dir="auto">
            <RichLine text={paper.title} />
          </h1>
          <Authors names={paper.authors} />
          {paper.withdrawn && (
            <p class="note">
              <strong class="withdrawn">Withdrawn.</strong> The authors or the archive have
              withdrawn this paper.
            </p>
          )}
          <Acts web={web} paper={paper} community={community} />
          <Abstract paper={paper} />
          <Keywords keywords={keywords} />
          <p class="links actions">
            {outwardLinks(paper).map(({ label, url }) => (
              <a href={url} rel="noopener">
                {label}
              </a>
            ))}
            <a href={`${path}.md`}>Markdown</a>
          </p>
          <Facts paper={paper} />
          <Origins paper={paper} />
        </article>
        <ClaimBox view={web} paper={paper} claim={community.claim} authors={community.authors} />
        <DiscussionSection view={web} talk={community.talk} />
        <Similar papers={similar} />
      </>
    ),
  });
}

/** What one can do with it, and what others did. */
function Acts({
  web,
  paper,
  community: { standing, isVoted, collections, holding, pick, submitter },
}: {
  readonly web: View;
  readonly paper: Paper;
  readonly community: PaperCommunity;
}) {
  const path = paperPath(paper.id);
  return (
    <>
      <div class="community">
        <VoteButton view={web} paper={paper} standing={standing} voted={isVoted} back={path} />
        <SaveTo view={web} paper={paper} collections={collections} holding={holding} back={path} />
        <a href={whyTrendingPath(paper.id)} rel="nofollow">
          Why it trends
        </a>
        {web.visitor.account && <DismissButton view={web} paper={paper} back={path} />}
      </div>
      {pick && <PickedLine view={web} paper={paper} pick={pick} submitter={submitter} tellsDay />}
    </>
  );
}

function Similar({ papers }: { readonly papers: readonly Paper[] }) {
  if (papers.length === 0) return null;
  return (
    <section class="similar reading" aria-labelledby="similar">
      <h2 id="similar">Similar papers</h2>
      {papers.map((paper) => (
        <article data-paper-id={paper.id}>
          <h3 dir="auto">
            <a href={paperPath(paper.id)}>
              <RichLine text={paper.title} isLinkText />
            </a>
          </h3>
          <Byline paper={paper} />
        </article>
      ))}
    </section>
  );
}

function Authors({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  // A single name takes no more room than the words that would stand for it.
  const isShort = names.length <= MOST_AUTHORS_SHOWN + 1;
  const shown = isShort ? names : names.slice(0, MOST_AUTHORS_SHOWN);
  const folded = names.slice(shown.length);
  return (
    <div class="byline">
      <AuthorNames names={shown} />
      {folded.length > 0 && (
        <details>
          <summary>and {folded.length.toLocaleString('en-GB')} others</summary>
          <AuthorNames names={folded} />
        </details>
      )}
    </div>
  );
}

function Abstract({ paper }: { readonly paper: Paper }) {
  return (
    <section class="abstract">
      <h2>{paper.isSample ? 'Summary' : 'Abstract'}</h2>
      {paper.isSample && (
        <p class="marks">
          <span class="sample">Sample summary, written by Broadsheet.</span> This is our own
          summary, not the authors’ abstract.
        </p>
      )}
      {paper.abstract ? (
        <RichText text={paper.abstract} />
      ) : (
        <p>No abstract is known; the links below lead to the paper itself.</p>
      )}
    </section>
  );
}

function Keywords({ keywords }: { readonly keywords: readonly Keyword[] }) {
  if (keywords.length === 0) return null;
  return (
    <p class="links keywords">
      <span>Keywords:</span>{' '}
      {keywords.map(({ text }) => (
        <a href={keywordPath(text)}>{text}</a>
      ))}
    </p>
  );
}

function Facts({ paper }: { readonly paper: Paper }) {
  const names = paper.identifiers.filter((each) => schemeOf(each) !== 'title');
  return (
    <dl class="facts">
      {paper.announcedOn && (
        <Fact name="Announced">
          <DateOf date={paper.announcedOn} />
        </Fact>
      )}
      {paper.publishedOn && (
        <Fact name="Published">
          <DateOf date={paper.publishedOn} />
        </Fact>
      )}
      {paper.updatedOn && (
        <Fact name="Latest version">
          <DateOf date={paper.updatedOn} />
        </Fact>
      )}
      {paper.venue && <Fact name="Venue">{plainLine(paper.venue)}</Fact>}
      {paper.comment && (
        <Fact name="Comment">
          <RichLine text={paper.comment} />
        </Fact>
      )}
      {paper.versions.length > 0 && (
        <Fact name="Versions">{paper.versions.map(versionInWords).join(', ')}</Fact>
      )}
      {names.length > 0 && (
        <Fact name={names.length === 1 ? 'Identifier' : 'Identifiers'}>
          {names.map(identifierInWords).join(', ')}
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function versionInWords({ number, publishedOn }: PaperVersion): string {
  return publishedOn ? `${number} (${dateInWords(publishedOn)})` : String(number);
}

function identifierInWords(identifier: Paper['identifiers'][number]): string {
  const scheme = schemeOf(identifier);
  return scheme === 'local' ? identifierValue(identifier) : identifier;
}

function Origins({ paper }: { readonly paper: Paper }) {
  const facts = Object.entries(paper.provenance) as [FactName, SourceName][];
  if (facts.length === 0) return null;
  return (
    <details>
      <summary>Where this comes from</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Fact</th>
            <th scope="col">Source</th>
          </tr>
        </thead>
        <tbody>
          {facts.map(([fact, source]) => (
            <tr>
              <th scope="row">{FACT_WORDS[fact]}</th>
              <td>{SOURCE_WORDS[source]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/**
 * What reference managers and crawlers read: the `citation_` tags of Highwire Press, as Zotero
 * and Google Scholar take them. PDFs that lie elsewhere are not claimed as ours, and our own
 * summary of a sample is not passed off as an abstract.
 */
function PaperHead({
  paper,
  baseUrl,
}: {
  readonly paper: Paper;
  readonly baseUrl: string | undefined;
}) {
  const path = paperPath(paper.id);
  const abstract = plainLine(paper.abstract);
  const doi = nameIn('doi', paper);
  const arxivId = nameIn('arxiv', paper);
  return (
    <>
      {baseUrl && <link rel="canonical" href={baseUrl + path} />}
      <link rel="alternate" type="text/markdown" href={`${path}.md`} />
      <meta name="description" content={shortened(abstract, LONGEST_DESCRIPTION)} />
      <meta name="citation_title" content={plainLine(paper.title)} />
      {paper.authors.map((author) => (
        <meta name="citation_author" content={plainLine(author)} />
      ))}
      {paper.publishedOn && (
        <meta name="citation_date" content={paper.publishedOn.replaceAll('-', '/')} />
      )}
      {paper.announcedOn && (
        <meta name="citation_online_date" content={paper.announcedOn.replaceAll('-', '/')} />
      )}
      {doi && <meta name="citation_doi" content={doi} />}
      {arxivId && <meta name="citation_arxiv_id" content={arxivId} />}
      {paper.categories.length > 0 && (
        <meta name="citation_keywords" content={paper.categories.join('; ')} />
      )}
      {!paper.isSample && abstract && <meta name="citation_abstract" content={abstract} />}
    </>
  );
}
