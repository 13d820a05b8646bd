/** The vectors that an embeddings service has made of texts. */

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { bytes, orderedText } from './column-types.js';

export const embeddedTexts: Migration = {
  async up(database: Kysely<unknown>) {
    const ordered = orderedText(database);

    await database.schema
      .createTable('embedded_texts')
      .addColumn('model', ordered, (column) => column.notNull())
      .addColumn('text_hash', ordered, (column) => column.notNull())
      .addColumn('vector', bytes(database), (column) => column.notNull())
      .addColumn('stored_at_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('embedded_texts_key', ['model', 'text_hash'])
      .execute();
    await database.schema
      .createIndex('embedded_texts_by_age')
      .on('embedded_texts')
      .columns(['stored_at_ms', 'text_hash'])
      .execute();
  },
};
