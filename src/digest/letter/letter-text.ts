/** A letter as plain text: the same papers, words and links as in its other form. */

import type { LetterLink } from './letter-links.js';
import type { LetterView, PaperView, SectionView } from './letter-view.js';
import { COLUMNS, columnsOf, wrapped } from './wrap-text.js';

/** What mail programs know as the beginning of a signature; the blank belongs to it. */
const SIGNATURE = '-- ';

export function letterText(view: LetterView): string {
  let number = 0;
  const sections = view.sections.map((section) => {
    const text = sectionText(section, number);
    number += section.papers.length;
    return text;
  });
  const parts = [
    masthead(view),
    ...(view.empty === undefined ? [] : [wrapped(view.empty)]),
    ...sections,
    ...(view.more ? [linkLines([view.more])] : []),
    footer(view),
  ];
  return `${parts.join('\n\n')}\n`;
}

function masthead({ title, tagline, date }: LetterView): string {
  const lines = [wrapped(title), wrapped(tagline), wrapped(date), '-'.repeat(COLUMNS)];
  return lines.filter(Boolean).join('\n');
}

function sectionText({ heading, day, papers }: SectionView, before: number): string {
  const title = wrapped(day ? `${heading}, ${day}` : heading);
  const rule = '-'.repeat(columnsOf(title));
  const texts = papers.map((paper, at) => paperText(paper, before + at + 1));
  return [`${title}\n${rule}`, ...texts].join('\n\n');
}

function paperText(paper: PaperView, number: number): string {
  const first = `${number}. `.padEnd(4);
  const indent = ' '.repeat(first.length);
  const head = [paper.byline, paper.facts, paper.why].map((line) => wrapped(line, indent));
  const parts = [
    [wrapped(paper.title, indent, first), ...head].filter(Boolean).join('\n'),
    wrapped(paper.summary, indent),
    linkLines(linksOf(paper), indent),
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** Text has no other place for the link of the title. */
function linksOf({ links, url }: PaperView): readonly LetterLink[] {
  return links.length > 0 ? links : [{ label: 'Paper', url }];
}

/** Addresses stand alone at the ends of lines, whole, however long they are. */
function linkLines(links: readonly LetterLink[], indent = ''): string {
  const width = Math.max(...links.map(({ label }) => label.length)) + 2;
  return links.map(({ label, url }) => `${indent}${`${label}:`.padEnd(width)}${url}`).join('\n');
}

function footer({ why, footerLinks }: LetterView): string {
  return `${SIGNATURE}\n${wrapped(why)}\n\n${linkLines(footerLinks)}`;
}
