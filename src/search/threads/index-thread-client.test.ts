import { expect, it } from 'vitest';
import { changes } from '../../../test/support/catalogue-changes.js';
import { paper } from '../../../test/support/papers.js';
import { HASHED } from '../../embedding/model-source.js';
import { startIndexThread } from './index-thread-client.js';

it('an index takes in no changes that follow on others that it lacks', async () => {
  const thread = startIndexThread({
    start: {
      model: HASHED,
      folder: undefined,
      catalogue: { identity: 'test', revision: 9 },
      isLoaded: false,
      limits: { leastPapers: 1_000, leastShare: 1 },
    },
    onNote: () => {},
    onFigures: () => {},
    onEnd: () => {},
  });
  try {
    const update = (revision: number, after: number) =>
      thread.update(changes(paper(`p${revision}`, { revision })), after);
    await update(3, 0);
    await expect(update(9, 6)).rejects.toThrow('before these have not been taken in');
    await update(6, 3);
    await update(9, 6);
    expect(await thread.census()).toMatchObject({ papers: 3, revision: 9 });
  } finally {
    await thread.terminate();
  }
});
