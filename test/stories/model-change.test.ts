/**
 * A site gets another model while people search it: they are answered the whole time, and find by
 * meaning what they found before. It is killed on the way, started again, and goes back in the end.
 */

import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { otherWordsOf, topicText, writeSmallModel } from '../support/models.js';
import { broadsheet, broadsheetJson, type Site, serve } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Enough for the index to be written to disk on the way. */
const PAPERS = 1_100;

const QUIET = {
  BROADSHEET_GATHER: 'false',
  BROADSHEET_SAMPLE: 'false',
  BROADSHEET_LOG_LEVEL: 'info',
};

it('a model is replaced without a moment in which nothing is found', async () => {
  const folder = await temporaryFolder();
  const data = ['--data', join(folder, 'data')];
  const environment = { ...QUIET, BROADSHEET_SEARCH_THREADS: '1' };
  const former = await writeSmallModel(join(folder, 'former.model'), 1);
  const latter = await writeSmallModel(join(folder, 'latter.model'), 2);
  const file = join(folder, 'papers.jsonl');
  await writeFile(file, Array.from({ length: PAPERS }, (_, at) => line(at)).join('\n'));
  await broadsheet(['import', file, ...data]);

  const use = (name: string) => broadsheetJson(['model', 'use', name, ...data], { environment });
  await use(join(folder, 'former.model'));
  const first = await serve(data, { environment });
  await untilFound(first, 5);

  const searched = searchOn(first);
  const { status, answer } = await use(join(folder, 'latter.model'));
  expect(status).toBe(0);
  expect(answer).toMatchObject({ model: latter.id, papers: PAPERS, changed: true });
  await untilSaid(first, `The model ${latter.id} is in use`);
  const failures = searched.failures();
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  expect(await failures).toEqual([]);

  const second = await serve(data, { environment });
  await untilFound(second, 5);
  const searchedAgain = searchOn(second);
  await untilSaid(second, `The model ${latter.id} is in use for all papers.`);

  // By its id: where it lies is remembered.
  await use(former.id);
  await untilSaid(second, `The model ${former.id} is in use for all papers.`);
  await untilFound(second, 5);
  expect(await searchedAgain.failures()).toEqual([]);
}, 240_000);

function line(number: number): string {
  return JSON.stringify({ id: `p-${number}`, date: '2026-11-20', ...topicText(number) });
}

/** Whether a search for words of a topic that no paper has finds papers of that topic first. */
async function isFound({ url }: Site, topic: number): Promise<boolean> {
  const response = await fetch(`${url}/search?q=${encodeURIComponent(otherWordsOf(topic))}`);
  if (!response.ok) return false;
  const ids = Array.from((await response.text()).matchAll(/data-paper-id="p-(\d+)"/g));
  const right = ids.filter(([, number]) => Number(number) % 24 === topic);
  return ids.length > 0 && right.length > ids.length / 2;
}

async function untilFound(site: Site, topic: number): Promise<void> {
  while (!(await isFound(site, topic).catch(() => false))) await wait(50);
}

async function untilSaid({ output }: Site, words: string): Promise<void> {
  while (!output().includes(words)) await wait(20);
}

/** Searches without a rest, until it is asked which of the searches found nothing. */
function searchOn(site: Site): { readonly failures: () => Promise<readonly number[]> } {
  const failures: number[] = [];
  let isOver = false;
  const running = (async () => {
    for (let number = 0; !isOver; number += 1) {
      const found = await isFound(site, number % 24).catch(() => false);
      // The last one may meet the end of the site.
      if (!found && !isOver) failures.push(number);
      await wait(25);
    }
  })();
  return {
    async failures() {
      isOver = true;
      await running;
      return failures;
    },
  };
}
