/** A paper in a list. */

import type { Child } from 'hono/jsx';
import { dateInWords, type PartialDate } from '../papers/dates.js';
import { paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { AuthorNames } from './author-names.js';
import { machineDate } from './calendar-words.js';
import type { Markup } from './markup.js';
import { categoryPath, outwardLinks } from './paper-links.js';
import { type Highlighter, RichLine } from './rich-text.js';

/** A list names so many authors; the paper's own page names all. */
const AUTHORS_IN_LISTS = 3;

/** Lists of keywords can be long; the paper's own page shows all. */
const CATEGORIES_IN_LISTS = 4;

export type CardProps = {
  readonly paper: Paper;
  /** As much of the abstract as the list shows. */
  readonly summary: string;
  readonly heading: 'h2' | 'h3';
  readonly isLead?: boolean;
  readonly highlight?: Highlighter | undefined;
  /** What the list has to say about it besides. */
  readonly children?: Child;
};

export function PaperCard({
  paper,
  summary,
  heading: Heading,
  isLead,
  highlight,
  children,
}: CardProps): Markup {
  return (
    <article data-paper-id={paper.id} class={isLead ? 'card lead' : 'card'}>
      <Heading class="headline" dir="auto">
        <a href={paperPath(paper.id)}>
          <RichLine text={paper.title} highlight={highlight} isLinkText />
        </a>
      </Heading>
      <Byline paper={paper} />
      <Marks paper={paper} />
      {summary && (
        <p class="summary" dir="auto">
          <RichLine text={summary} highlight={highlight} />
        </p>
      )}
      <p class="links">
        {paper.categories.slice(0, CATEGORIES_IN_LISTS).map((category) => (
          <a class="category" href={categoryPath(category)}>
            {category}
          </a>
        ))}
        {outwardLinks(paper).map(({ label, url }) => (
          <a href={url} rel="noopener">
            {label}
          </a>
        ))}
      </p>
      {children}
    </article>
  );
}

/** What a reader should know before believing the text. */
function Marks({ paper }: { readonly paper: Paper }): Markup | null {
  if (!paper.isSample && !paper.withdrawn) return null;
  return (
    <p class="marks">
      {paper.withdrawn && <strong class="withdrawn">Withdrawn</strong>}
      {paper.isSample && <span class="sample">Sample summary, written by Broadsheet</span>}
    </p>
  );
}

export function DateOf({ date }: { readonly date: PartialDate | undefined }): Markup | null {
  if (!date) return null;
  return <time datetime={machineDate(date)}>{dateInWords(date)}</time>;
}

/** Who wrote it, in short, and when it appeared. */
export function Byline({ paper }: { readonly paper: Paper }): Markup {
  return (
    <p class="byline">
      <FirstAuthors authors={paper.authors} />
      <DateOf date={paper.announcedOn ?? paper.publishedOn} />
    </p>
  );
}

function FirstAuthors({ authors }: { readonly authors: readonly string[] }) {
  if (authors.length === 0) return null;
  // Naming three and "1 other" would take as much room as naming all four.
  const isShort = authors.length <= AUTHORS_IN_LISTS + 1;
  const named = isShort ? authors : authors.slice(0, AUTHORS_IN_LISTS);
  const others = authors.length - named.length;
  return (
    <span class="authors">
      <AuthorNames names={named} />
      {others > 0 && ` and ${others.toLocaleString('en-GB')} others`}
    </span>
  );
}
