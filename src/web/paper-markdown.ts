/**
 * A paper as Markdown, for assistants and for notes. The text stays as its source wrote it: TeX
 * between dollars is what readers of Markdown expect, and it is served as text, never as a page.
 */

import { dateInWords } from '../papers/dates.js';
import { paperPath } from '../papers/identifiers.js';
import type { Paper } from '../papers/paper.js';
import { plainLine } from '../papers/text-pieces.js';
import type { Site } from './context.js';
import { outwardLinks } from './paper-links.js';

export function paperMarkdown(paper: Paper, site: Pick<Site, 'baseUrl'>): string {
  const facts = [
    ['Authors', paper.authors.map(plainLine).join(', ')],
    ['Announced', paper.announcedOn && dateInWords(paper.announcedOn)],
    ['Published', paper.publishedOn && dateInWords(paper.publishedOn)],
    ['Updated', paper.updatedOn && dateInWords(paper.updatedOn)],
    ['Venue', paper.venue && plainLine(paper.venue)],
    ['Comment', paper.comment],
    ['Categories', paper.categories.join(', ')],
    ...outwardLinks(paper).map(({ label, url }) => [label, `<${url}>`] as const),
    ['Page', `${site.baseUrl ?? ''}${paperPath(paper.id)}`],
  ].filter(([, value]) => value);

  const parts = [
    `# ${paper.title}`,
    paper.withdrawn ? '**Withdrawn.**' : '',
    facts.map(([name, value]) => `- ${name}: ${value}`).join('\n'),
    `## ${paper.isSample ? 'Summary' : 'Abstract'}`,
    paper.isSample ? '*This is our own summary, not the authors’ abstract.*' : '',
    paper.abstract || '*No abstract is known.*',
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}
