import { expect, it } from 'vitest';
import { changes } from '../../../test/support/catalogue-changes.js';
import { paper } from '../../../test/support/papers.js';
import { createHashedEmbedder } from '../../embedding/hashed-embedder.js';
import { parseQuery } from '../parse-query.js';
import { createIndexState } from '../segments/index-state.js';
import { createIndexWriter } from '../segments/index-writer.js';
import { createSegmentSearcher } from '../segments/segment-searcher.js';
import { fromPostedChange, toPostedChange, wholeOf } from './posted-index.js';

it('an index that was posted answers as the one that it came from', () => {
  const embedder = createHashedEmbedder();
  const writer = createIndexWriter(embedder);
  const texts = ['Of the cochlea.', 'Of the cochlea and nerves.', 'Of policy.'];
  writer.takeIn(
    changes(...texts.map((abstract, at) => paper(`${at}`, { title: 'Deafness', abstract }))),
  );
  const posted = createIndexState();
  posted.apply(fromPostedChange(structuredClone(toPostedChange(wholeOf(writer.state)))));
  const [here, there] = [writer.state, posted].map((state) =>
    createSegmentSearcher(state, { embedder, thread: 0 }).search(parseQuery('deafness'), {
      mode: 'hybrid',
      offset: 0,
      limit: 10,
      explain: true,
    }),
  );
  expect(here?.hits[0]?.explanation?.map(({ label }) => label)).toContain(
    'words that the first results share: cochlea',
  );
  expect(there).toEqual(here);
});
