/**
 * The accounts that were deleted, as keyed hashes in a file beside the database. A backup of the
 * database that is restored knows nothing of deletions after it was made; this file does.
 */

import { open, readFile } from 'node:fs/promises';
import { asWriteError } from '../../durable-files-client.js';
import { BroadsheetError } from '../../errors.js';

export type TombstoneFile = {
  /** All that stand in it; none if it is not there. */
  readonly all: () => Promise<ReadonlySet<string>>;
  /** Adds those that are not in it, and returns when they are on the disk. */
  readonly add: (tombstones: Iterable<string>) => Promise<void>;
};

const TOMBSTONE = /^[0-9a-f]{64}$/;

/** Whether a line of such a file is a tombstone. */
export function isTombstone(line: string): boolean {
  return TOMBSTONE.test(line);
}

/** @param path - of a file that is not part of backups of the database: `DIR/deletions.txt` */
export function createTombstoneFile(path: string): TombstoneFile {
  const all = async (): Promise<ReadonlySet<string>> => {
    try {
      const lines = (await readFile(path, 'utf8')).split('\n');
      return new Set(lines.filter(isTombstone));
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return new Set();
      throw new BroadsheetError('unreadable_input', `${path} cannot be read (${code}).`, { cause });
    }
  };
  return {
    all,
    async add(tombstones) {
      const known = await all();
      const lines = [...new Set(tombstones)].filter((each) => !known.has(each));
      if (lines.length === 0) return;
      try {
        await using file = await open(path, 'a', 0o600);
        // A line that was cut short by a loss of power ends here.
        await file.appendFile(`\n${lines.join('\n')}\n`);
        await file.sync();
      } catch (error) {
        throw asWriteError(error, `The list of deletions ${path}`);
      }
    },
  };
}
