/** The pages around a comment: answering, editing, looking at it before it is sent. */

import type { Comment } from '../community/comment.js';
import { commentPath } from '../community/comment.js';
import type { Markdown } from '../community/markdown-tree.js';
import { paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import { discussionPath } from './comment-anchor.js';
import { CommentForm, type CommentTarget } from './comment-form.js';
import type { CommentTexts } from './comment-texts.js';
import type { View } from './context.js';
import { type DiscussionOnPage, DiscussionSection } from './discussion.js';
import { document } from './layout.js';
import { MarkdownText } from './markdown.js';
import type { Markup } from './markup.js';
import { RichLine } from './rich-text.js';
import { type FormProblem, Problem } from './settings-frame.js';

/** Where somebody writes: with what they answer above the box, and what was wrong with it. */
export function writingPage(
  view: View,
  {
    paper,
    target,
    text,
    answered,
    preview,
    texts,
    problem,
    path,
  }: {
    readonly paper: Paper;
    readonly target: CommentTarget;
    readonly text: string;
    readonly answered?: Comment | undefined;
    /** How the text will look. */
    readonly preview?: Markdown | undefined;
    readonly texts: CommentTexts;
    readonly problem?: FormProblem | undefined;
    readonly path: string;
  },
): Markup {
  const title = titleOf(target);
  return document({
    web: view,
    title: `${title}: ${plainLine(paper.title)}`,
    path,
    isIndexed: false,
    children: (
      <div class="reading writing">
        <h1>{title}</h1>
        <p class="byline" dir="auto">
          on{' '}
          <a href={paperPath(paper.id)}>
            <RichLine text={paper.title} isLinkText />
          </a>
        </p>
        {answered && (
          <blockquote class="answered-comment">
            <MarkdownText markdown={texts.markdownOf(answered.text)} known={texts.known} />
            <p>
              <a href={commentPath(answered.id)}>The comment in its discussion</a>
            </p>
          </blockquote>
        )}
        <Problem problem={problem} />
        {preview && (
          <section class="preview" aria-labelledby="preview">
            <h2 id="preview">Preview</h2>
            <MarkdownText markdown={preview} known={texts.known} />
          </section>
        )}
        <CommentForm visitor={view.visitor} target={target} text={text} />
      </div>
    ),
  });
}

/** A later page of a long discussion. */
export function discussionPage(view: View, paper: Paper, talk: DiscussionOnPage): Markup {
  const { page } = talk.discussion;
  return document({
    web: view,
    title: `Discussion, page ${page}: ${plainLine(paper.title)}`,
    path: discussionPath(paper.id, page),
    isIndexed: false,
    children: (
      <>
        <div class="reading">
          <h1 dir="auto">
            <a href={paperPath(paper.id)}>
              <RichLine text={paper.title} isLinkText />
            </a>
          </h1>
        </div>
        <DiscussionSection view={view} talk={talk} />
      </>
    ),
  });
}

function titleOf(target: CommentTarget): string {
  if (target.kind === 'edit') return 'Edit a comment';
  return target.parentId ? 'Answer a comment' : 'Write a comment';
}
