/** `duplicates` and `model show`, as a person asks them. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeModelFile } from '../../src/embedding/model-file-client.js';
import { broadsheet, broadsheetJson } from '../support/program.js';
import { cardOf, modelOf } from '../support/static-models.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ABSTRACT =
  'We translate sentences of proofs into games whose strategies compose, and show that every ' +
  'strategy of a finite game comes from a proof of the formula that the game interprets.';

/** A preprint, its proceedings under another title, and as many other papers as are asked for. */
async function catalogueOf(others: number): Promise<string[]> {
  const folder = await temporaryFolder();
  const file = join(folder, 'papers.jsonl');
  const papers = [
    { id: '2501.00001', title: 'Proofs as finite games', abstract: ABSTRACT, authors: ['A. Weil'] },
    {
      id: 'acl:2025.acl-long.7',
      title: 'Sentences as finite games of proofs',
      abstract: ABSTRACT.replace('finite game ', 'game '),
      authors: ['A. Weil'],
    },
    ...Array.from({ length: others }, (_, at) => ({
      id: `other-${at}`,
      title: `Whale${at} counts in winter${at % 7}`,
      abstract: `Ship${at} meets bay${at % 5} and ice${at % 3}.`,
    })),
  ];
  await writeFile(file, papers.map((paper) => JSON.stringify(paper)).join('\n'));
  const data = ['--data', join(folder, 'data')];
  await broadsheet(['import', file, ...data]);
  return data;
}

it('the papers that are likely one work are named with the reasons', async () => {
  const data = await catalogueOf(3);
  const { status, stdout } = await broadsheet(['duplicates', ...data]);
  expect(status).toBe(0);
  expect(stdout).toContain('1 pair among 5 papers');
  expect(stdout).toContain('acl:2025.acl-long.7  Sentences as finite games of proofs');
  expect(stdout).toContain('1 of 1 authors in common (+1.1)');

  const { answer } = await broadsheetJson(['duplicates', ...data]);
  expect(answer).toMatchObject({
    papers: 5,
    total: 1,
    complete: true,
    pairs: [{ papers: [{ id: '2501.00001' }, { id: 'acl:2025.acl-long.7' }] }],
  });
});

it('a model that is none is refused, and what was in use stays', async () => {
  const data = await catalogueOf(3);
  const file = join(data[1] ?? '', '..', 'papers.jsonl');
  const refused = await broadsheetJson(['model', 'use', file, ...data]);
  expect(refused).toMatchObject({ status: 1, answer: { error: { code: 'unreadable_input' } } });
  const { stdout } = await broadsheet(['doctor', ...data], {
    environment: { BROADSHEET_GATHER: 'false' },
  });
  expect(stdout).toMatch(/ok {4}model: .* \(built-in\)/);
}, 120_000);

it('the model in use is shown with the health of its space', async () => {
  const data = await catalogueOf(60);
  const { status, stdout } = await broadsheet(['model', 'show', ...data]);
  expect(status).toBe(0);
  expect(stdout).toContain('(built-in)');
  expect(stdout).toContain('Its space, by 62 papers');
  expect(stdout).toMatch(/IsoScore \d\.\d\d: how evenly/);
});

it('whatever stands in the card of a model, the terminal is told nothing by it', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'made-up.model');
  const model = modelOf(['speech']);
  const hostile = '\u001b[2J\u009b31m\u202etxet';
  const card = {
    ...cardOf(model),
    licence: hostile,
    data: [{ name: hostile, papers: 3, terms: 40 }],
    settings: { [hostile]: hostile },
    notes: [hostile],
  };
  await writeModelFile(file, model, card);
  const { status, stdout } = await broadsheet(['model', 'show', file, '--data', folder]);
  expect(status).toBe(0);
  expect(stdout).toContain('made-up 1.0.0');
  expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
});
