/** The message of an edition for a room of Matrix, and the address at which it counts once. */

import type { Day } from '../../papers/dates.js';
import type { PostedEdition, PostedPaper } from './posted-edition.js';

/** An event may have 64 KiB, of which the homeserver adds a part. */
export const MATRIX_LONGEST_MESSAGE = 60_000;

export type MatrixMessage = {
  readonly msgtype: 'm.text';
  readonly body: string;
  readonly format: 'org.matrix.custom.html';
  readonly formatted_body: string;
  /** Nobody is called, whatever the text says. */
  readonly 'm.mentions': Readonly<Record<string, never>>;
};

export function matrixMessage(edition: PostedEdition): MatrixMessage {
  const message: MatrixMessage = {
    msgtype: 'm.text',
    body: plain(edition),
    format: 'org.matrix.custom.html',
    formatted_body: html(edition),
    'm.mentions': {},
  };
  const { papers, more } = edition;
  const isTooLong = Buffer.byteLength(JSON.stringify(message)) > MATRIX_LONGEST_MESSAGE;
  if (!isTooLong || papers.length <= 1) return message;
  return matrixMessage({ ...edition, papers: papers.slice(0, -1), more: more + 1 });
}

/**
 * Where the message is put. The last part is the same however often it is tried: the homeserver
 * takes a message with it once (client-server API, "Transaction identifiers").
 */
export function matrixAddress(
  homeserver: string,
  room: string,
  editionOn: Day,
  targetId: string,
): string {
  const transaction = `broadsheet-${editionOn}-${targetId}`;
  const origin = homeserver.replace(/\/+$/, '');
  return `${origin}/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${transaction}`;
}

function plain({ heading, url, papers, more }: PostedEdition): string {
  const parts = papers.map((paper) => {
    const { title, authors, summary, why } = paper;
    return [title, authors, summary, why, paper.url].filter(Boolean).join('\n');
  });
  return [heading, ...parts, `${restInWords(more)}: ${url}`].join('\n\n');
}

function html({ heading, url, papers, more }: PostedEdition): string {
  const items = papers.map((paper) => `<li>${paperHtml(paper)}</li>`).join('');
  return (
    `<p><strong>${escaped(heading)}</strong></p><ol>${items}</ol>` +
    `<p>${link(url, restInWords(more))}</p>`
  );
}

function paperHtml({ title, url, authors, summary, why }: PostedPaper): string {
  const lines = [`<strong>${link(url, title)}</strong>`, escaped(authors), escaped(summary)];
  return [...lines, why && `<em>${escaped(why)}</em>`].filter(Boolean).join('<br>');
}

function restInWords(more: number): string {
  return more > 0 ? `${more} more on the site` : 'The whole list';
}

function link(url: string, label: string): string {
  return `<a href="${escaped(url)}">${escaped(label)}</a>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
