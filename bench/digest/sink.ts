/** A mail server in a process of its own: what it needs is not counted for the sender. */

import { startUnrulyMailServer } from '../../test/support/unruly-mail-server.js';

export type SinkReport = {
  readonly letters: number;
  readonly doubled: number;
  readonly bytes: number;
};

const server = await startUnrulyMailServer({ pipelining: true });
process.send?.(server.url);
process.on('message', () => {
  const names = new Set(server.stored.map(({ messageId }) => messageId));
  const report: SinkReport = {
    letters: names.size,
    doubled: server.stored.length - names.size,
    bytes: server.stored.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  process.send?.(report);
});
process.on('disconnect', () => process.exit());
