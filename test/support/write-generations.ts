/**
 * A process of its own for tests, which writes the newest generation of a folder again and
 * again, each time at a later revision, and says so when it is done; until it is killed.
 */

import { openGenerations } from '../../src/search/generations/generation-store.js';

const [folder = '', modelId = '', catalogue = ''] = process.argv.slice(2);
const generations = openGenerations(folder);
const maxRevision = Number.MAX_SAFE_INTEGER;
const { generation } = await generations.newest({ modelId, catalogue, maxRevision });
if (!generation) throw new Error('There is nothing to write again.');
const { segments } = generation;
for (let revision = generation.revision + 1; ; revision += 1) {
  await generations.write({ modelId, catalogue, revision, madeAtMs: Date.now(), segments });
  console.log(revision);
}
