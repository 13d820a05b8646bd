/** What somebody typed into the box of a comment: cleaned, measured and read, or refused. */

import { BroadsheetError } from '../errors.js';
import { LONGEST_COMMENT } from './comment.js';
import { parseMarkdown } from './markdown.js';
import { cleanMarkdown, isVisible } from './markdown-text.js';
import type { Markdown } from './markdown-tree.js';

export type CommentText = {
  /** What is stored. */
  readonly text: string;
  readonly markdown: Markdown;
};

/** More belong into a list elsewhere, or are advertising. */
const MOST_LINKS = 20;

/** Cleaning shortens a text, by decomposed letters and blanks, hardly to a half. */
const LONGEST_RAW = 2 * LONGEST_COMMENT;

/** Enough to recall what was said. */
const LONGEST_QUOTE = 1_500;

/** @throws BroadsheetError `not_acceptable` if it is empty, too long or full of links */
export function readCommentText(typed: string): CommentText {
  if (typed.length > LONGEST_RAW) throw tooLong(typed.length);
  const text = cleanMarkdown(typed);
  if (text.length > LONGEST_COMMENT) throw tooLong(text.length);
  const markdown = parseMarkdown(text);
  if (!isVisible(text) || markdown.blocks.length === 0) {
    throw new BroadsheetError('not_acceptable', 'The comment is empty.', {
      fix: 'Write something and send it again.',
    });
  }
  if (markdown.links.length > MOST_LINKS) {
    throw new BroadsheetError(
      'not_acceptable',
      `The comment has ${inWords(markdown.links.length)} links; at most ${MOST_LINKS} are accepted.`,
      { fix: 'Leave out those that matter least and send it again.' },
    );
  }
  return { text, markdown };
}

/** A text as the beginning of an answer: each line behind `> `, without what it quoted itself. */
export function quoted(text: string): string {
  const own = text
    .split('\n')
    .filter((line) => !/^ {0,3}>/.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const short =
    own.length > LONGEST_QUOTE ? `${own.slice(0, LONGEST_QUOTE).toWellFormed()} …` : own;
  if (!short) return '';
  return `${short.replace(/^/gm, '> ').replace(/ +$/gm, '')}\n\n`;
}

function tooLong(length: number): BroadsheetError {
  return new BroadsheetError(
    'not_acceptable',
    `The comment has ${inWords(length)} characters; at most ${inWords(LONGEST_COMMENT)} are accepted.`,
    { fix: 'Shorten it, or write it in several parts.' },
  );
}

function inWords(count: number): string {
  return count.toLocaleString('en-GB');
}
