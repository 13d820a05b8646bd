/** The message of an edition for an incoming webhook of Slack (Block Kit). */

import { cut, type PostedEdition, type PostedPaper } from './posted-edition.js';

/** Slack refuses messages with more, and texts that are longer. */
export const SLACK_MOST_BLOCKS = 50;
export const SLACK_LONGEST_TEXT = 3_000;
const LONGEST_HEADER = 150;

type Text = { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true };

export type SlackBlock =
  | {
      readonly type: 'header';
      readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
    }
  | { readonly type: 'section'; readonly text: Text }
  | { readonly type: 'context'; readonly elements: readonly Text[] };

export type SlackMessage = {
  /** For notifications, and where blocks cannot be shown. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
};

export function slackMessage({ heading, url, papers, more }: PostedEdition): SlackMessage {
  const rest = more > 0 ? `${more} more on the site` : 'The whole list';
  const blocks: SlackBlock[] = [
    {
      type: 'header',
      text: { type: 'plain_text', text: cut(heading, LONGEST_HEADER), emoji: false },
    },
    ...papers.map((paper): SlackBlock => ({ type: 'section', text: words(paperLines(paper)) })),
    { type: 'context', elements: [words(link(url, rest))] },
  ];
  return {
    text: escaped(`${heading}: ${papers[0]?.title ?? ''}`),
    blocks: blocks.slice(0, SLACK_MOST_BLOCKS),
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** The least needed goes where a title of signs that have to be written out leaves no room. */
function paperLines({ title, url, authors, why, summary }: PostedPaper): string {
  const name = `*${link(url, title)}*`;
  const forms = [
    [name, escaped(authors), escaped(summary), escaped(why)],
    [name, escaped(authors), escaped(why)],
    [name],
  ].map((lines) => lines.filter(Boolean).join('\n'));
  return forms.find((form) => form.length <= SLACK_LONGEST_TEXT) ?? escaped(title);
}

/** `verbatim`: names and addresses in it are not made into anything. */
function words(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true };
}

function link(url: string, label: string): string {
  // A bar would end the address; in a label it is a bar.
  return `<${escaped(url).replaceAll('|', '%7C')}|${escaped(label)}>`;
}

/** The three signs that mean something in a text for Slack. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
