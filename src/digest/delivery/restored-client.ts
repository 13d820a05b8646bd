/**
 * The mark beside the database: until when mail was being sent, and by which database file. A
 * backup that is restored knows nothing of the letters sent after it was made; the mark does.
 */

import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { writeDurably } from '../../durable-files-client.js';
import { BroadsheetError } from '../../errors.js';

export type DigestMark = {
  /**
   * Which file the database is, as its disk numbers files: a copy has another. Absent where the
   * database is no file.
   */
  readonly databaseFile?: string | undefined;
  /** Mail may have been sent until then, in milliseconds since 1970 UTC. */
  readonly sendingUntilMs: number;
  /** Whether the database says the same. Letters go only when it does. */
  readonly isSettled: boolean;
  /** What the database said before. */
  readonly beforeMs: number;
  /** The latest edition that was sent by hand: to everybody, before their hour, too. */
  readonly byHandOn?: string | undefined;
};

const MARK: z.ZodType<DigestMark> = z.object({
  databaseFile: z.string().optional(),
  sendingUntilMs: z.number(),
  isSettled: z.boolean(),
  beforeMs: z.number(),
  byHandOn: z.iso.date().optional(),
});

export type DigestMarkFile = {
  /** Absent before anything was sent; `unreadable` when it is damaged. */
  readonly read: () => Promise<DigestMark | 'unreadable' | undefined>;
  /** Returns when it is on the disk. */
  readonly write: (mark: DigestMark) => Promise<void>;
  /** The number of the database file; absent where the database is no file. */
  readonly databaseFile: () => Promise<string | undefined>;
};

/**
 * @param path - of a file that is not part of backups of the database: `DIR/digest-mark.json`
 * @param databasePath - of the file of SQLite; absent with PostgreSQL
 */
export function createDigestMarkFile(
  path: string,
  databasePath: string | undefined,
): DigestMarkFile {
  return {
    async read() {
      const text = await readIfThere(path);
      if (text === undefined) return undefined;
      const mark = MARK.safeParse(jsonFrom(text));
      return mark.success ? mark.data : 'unreadable';
    },

    async write(mark) {
      const text = `${JSON.stringify(mark, undefined, 2)}\n`;
      await writeDurably(path, [Buffer.from(text)], `The mark of the digest ${path}`);
    },

    async databaseFile() {
      if (databasePath === undefined) return undefined;
      // Without the number of the device, which many systems give out anew at every start.
      const { ino, birthtimeNs, ctimeNs } = await stat(databasePath, { bigint: true });
      // The number of a file that was removed is given to the next; its birth is its own. Where
      // files have none, the last change stands for it, which says nothing.
      const birth = birthtimeNs === 0n || birthtimeNs === ctimeNs ? '' : String(birthtimeNs);
      return `${ino}:${birth}`;
    },
  };
}

/** Whether two such numbers can be of one file. */
export function isSameFile(one: string | undefined, other: string | undefined): boolean {
  const [number, birth] = one?.split(':') ?? [];
  const [otherNumber, otherBirth] = other?.split(':') ?? [];
  return number === otherNumber && (!birth || !otherBirth || birth === otherBirth);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new BroadsheetError('unreadable_input', `${path} cannot be read (${code}).`, { cause });
  }
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
