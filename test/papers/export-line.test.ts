import { expect, it } from 'vitest';
import type { Day } from '../../src/papers/dates.js';
import { toExportLine } from '../../src/papers/export-line.js';
import type { Paper } from '../../src/papers/paper.js';
import { parseJsonlLine } from '../../src/sources/files/jsonl.js';
import { openCatalogue, record } from '../support/catalogue.js';

it('an exported line is read as the same paper', async () => {
  const { papers } = await openCatalogue();
  await papers.add([
    record({
      source: 'arxiv',
      names: ['2303.01234v2', '10.1145/3292500'],
      title: 'All that is known of a paper',
      authors: ['Ana Ruiz', 'Bo Li'],
      categories: ['cs.CL'],
      links: [{ kind: 'code', url: 'https://example.org/code' }],
      venue: 'A venue',
      comment: 'Withdrawn by the authors',
      published: '2023-03-02',
      updated: '2023-04-05',
      announcedOn: '2023-03-06' as Day,
      version: 2,
      withdrawn: true,
    }),
    record({ title: 'Only words', authors: ['Ana Ruiz'] }),
    record({ title: 'A local name', names: ['lab/17'] }),
    record({ title: 'One author', authors: ['van der Berg, Anna Maria'] }),
  ]);
  const { papers: before } = await papers.changesSince(0, 10);

  const copy = (await openCatalogue()).papers;
  for (const paper of before) {
    const { papers: records, problems } = parseJsonlLine(toExportLine(paper), 'line');
    expect(problems).toEqual([]);
    await copy.add(records);
  }
  const { papers: after } = await copy.changesSince(0, 10);
  // Who said it changes with the way it came; nothing else does.
  expect(after.map(withoutOrigin)).toEqual(before.map(withoutOrigin));
});

function withoutOrigin({ provenance, ...paper }: Paper): unknown {
  return paper;
}
