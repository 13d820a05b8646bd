/**
 * The vectors that a service has made, so that neither a restart nor a new index asks it twice for
 * the same text: most services are paid by the text. They belong to a model, and are found by a
 * hash of what was sent.
 */

import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../../database/database.js';

export type EmbeddedTextStore = {
  /** The vectors of these texts as far as they are known, in the order of the texts. */
  readonly find: (
    modelId: string,
    texts: readonly string[],
  ) => Promise<readonly (Int16Array | undefined)[]>;
  /** Keeps the vector of each text, in their order. When there are too many, the oldest go. */
  readonly add: (
    modelId: string,
    texts: readonly string[],
    vectors: readonly Int16Array[],
  ) => Promise<void>;
};

/** Half a kilobyte each. A larger catalogue has some of its papers embedded again at a rebuild. */
const MOST_VECTORS = 1_000_000;

/** To count them all takes a moment, so it is done after so many more have come. */
const COUNT_EVERY = 5_000;

/** Of the values of one statement; SQLite takes 32,766 and PostgreSQL 65,535. */
const TEXTS_PER_STATEMENT = 500;

type EmbeddedTextTables = {
  embedded_texts: {
    model: string;
    text_hash: string;
    vector: Uint8Array;
    stored_at_ms: number;
  };
};

export function createEmbeddedTextStore(
  database: Database,
  { now, mostVectors = MOST_VECTORS }: { readonly now: () => Date; readonly mostVectors?: number },
): EmbeddedTextStore {
  const tables: Kysely<EmbeddedTextTables> =
    database.connection.$extendTables<EmbeddedTextTables>();
  const countEvery = Math.min(COUNT_EVERY, mostVectors);
  /** How many were added since they were counted; the first time they are counted at once. */
  let uncounted = countEvery;

  const vectorsByHash = async (modelId: string, hashes: readonly string[]) => {
    const rows = await tables
      .selectFrom('embedded_texts')
      .select(['text_hash', 'vector'])
      .where('model', '=', modelId)
      .where('text_hash', 'in', hashes)
      .execute();
    return rows.map((row) => [row.text_hash, fromBytes(row.vector)] as const);
  };

  const removeOldest = async (): Promise<void> => {
    const { count } = await tables
      .selectFrom('embedded_texts')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count <= mostVectors) return;
    await tables
      .deleteFrom('embedded_texts')
      .where(({ eb, refTuple, selectFrom }) =>
        eb(
          refTuple('model', 'text_hash'),
          'in',
          selectFrom('embedded_texts')
            .select(['model', 'text_hash'])
            .orderBy('stored_at_ms')
            .orderBy('text_hash')
            .limit(count - mostVectors)
            .$asTuple('model', 'text_hash'),
        ),
      )
      .execute();
  };

  return {
    async find(modelId, texts) {
      const hashes = texts.map(hashOf);
      const found = new Map<string, Int16Array>();
      for (let at = 0; at < hashes.length; at += TEXTS_PER_STATEMENT) {
        const some = hashes.slice(at, at + TEXTS_PER_STATEMENT);
        for (const [hash, vector] of await vectorsByHash(modelId, some)) found.set(hash, vector);
      }
      return hashes.map((hash) => found.get(hash));
    },

    async add(modelId, texts, vectors) {
      const storedAtMs = now().getTime();
      const rows = new Map(
        texts.map((text, at) => {
          const hash = hashOf(text);
          const vector = toBytes(vectors[at] as Int16Array);
          return [hash, { model: modelId, text_hash: hash, vector, stored_at_ms: storedAtMs }];
        }),
      );
      const all = [...rows.values()];
      for (let at = 0; at < all.length; at += TEXTS_PER_STATEMENT) {
        await tables
          .insertInto('embedded_texts')
          .values(all.slice(at, at + TEXTS_PER_STATEMENT))
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      uncounted += all.length;
      if (uncounted < countEvery) return;
      uncounted = 0;
      await removeOldest();
    },
  };
}

/** 128 bits of SHA-256, as 22 letters. Where a line breaks means nothing. */
function hashOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return createHash('sha256').update(line).digest().subarray(0, 16).toString('base64url');
}

function toBytes(vector: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(vector.length * Int16Array.BYTES_PER_ELEMENT);
  for (const [at, value] of vector.entries()) bytes.writeInt16LE(value, at * 2);
  return bytes;
}

function fromBytes(stored: Uint8Array): Int16Array {
  const { buffer, byteOffset, byteLength } = stored;
  const bytes = new DataView(buffer, byteOffset, byteLength);
  const vector = new Int16Array(byteLength / Int16Array.BYTES_PER_ELEMENT);
  for (let at = 0; at < vector.length; at += 1) vector[at] = bytes.getInt16(at * 2, true);
  return vector;
}
