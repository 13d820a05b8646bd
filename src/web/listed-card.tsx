/** A paper in a list together with what the community has to say of it. */

import type { Child } from 'hono/jsx';
import { paperPath } from '../papers/identifiers.js';
import { firstSentences } from '../papers/sentences.js';
import type { View } from './context.js';
import { DismissButton } from './dismiss-button.js';
import type { ListedPaper } from './listing.js';
import type { Markup } from './markup.js';
import { PaperCard } from './paper-card.js';
import type { Highlighter } from './rich-text.js';
import { VoteButton } from './vote-button.js';
import { whyTrendingPath } from './why-trending.js';

/** What a reader takes in at a glance. */
const SENTENCES_IN_LISTS = 3;
const LONGEST_IN_LISTS = 420;

/** The lead story has the width of the page. */
const SENTENCES_OF_LEAD = 6;
const LONGEST_OF_LEAD = 1_000;

export type ListedCardProps = {
  readonly web: View;
  readonly listed: ListedPaper;
  /** The path of the page, to come back to after a vote. */
  readonly back: string;
  readonly heading: 'h2' | 'h3';
  readonly isLead?: boolean;
  /** The first sentences of the abstract if absent. */
  readonly summary?: string | undefined;
  readonly highlight?: Highlighter | undefined;
  /** What the reader may do with it besides. */
  readonly tools?: Child;
  readonly children?: Child;
};

export function ListedCard({
  web,
  listed,
  back,
  heading,
  isLead = false,
  summary,
  highlight,
  tools,
  children,
}: ListedCardProps): Markup {
  const { paper } = listed;
  return (
    <PaperCard
      paper={paper}
      summary={summary ?? summaryOf(paper.abstract, isLead)}
      heading={heading}
      isLead={isLead}
      highlight={highlight}
    >
      {children}
      <Community web={web} listed={listed} back={back} tools={tools} />
    </PaperCard>
  );
}

function summaryOf(abstract: string, isLead: boolean): string {
  return isLead
    ? firstSentences(abstract, SENTENCES_OF_LEAD, LONGEST_OF_LEAD)
    : firstSentences(abstract, SENTENCES_IN_LISTS, LONGEST_IN_LISTS);
}

/** What one can do with a paper of a list, and what others did. */
function Community({
  web,
  listed: { paper, standing, isVoted },
  back,
  tools,
}: Pick<ListedCardProps, 'web' | 'listed' | 'back' | 'tools'>) {
  return (
    <div class="community">
      <VoteButton view={web} paper={paper} standing={standing} voted={isVoted} back={back} />
      <a href={`${paperPath(paper.id)}#discussion`}>{commentsInWords(standing.comments)}</a>
      <a href={whyTrendingPath(paper.id)} rel="nofollow">
        Why here?
      </a>
      {web.visitor.account && <DismissButton view={web} paper={paper} back={back} />}
      {tools}
    </div>
  );
}

function commentsInWords(comments: number): string {
  if (comments === 0) return 'Discuss';
  return comments === 1 ? '1 comment' : `${comments.toLocaleString('en-GB')} comments`;
}
