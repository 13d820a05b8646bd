/** Which model an operator has chosen to be in use, and which were before. */

import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/database.js';

export type ModelChoice = {
  /** `built-in`, or the whole path of a model file or folder. */
  readonly place: string;
  /** Of the model that was found there. */
  readonly modelId: string;
  /** One more with each choice. */
  readonly number: number;
};

export type ModelChoiceReader = {
  /** The choice that holds; `undefined` if none was ever made. */
  readonly latest: () => Promise<ModelChoice | undefined>;
};

export type ModelChoiceStore = ModelChoiceReader & {
  /** The last choice of each place, the latest first. */
  readonly all: () => Promise<readonly ModelChoice[]>;
  readonly choose: (choice: Pick<ModelChoice, 'place' | 'modelId'>) => Promise<void>;
};

type ModelTables = { model_choices: { place: string; model_id: string; number: number } };

export function createModelChoiceStore(database: Database): ModelChoiceStore {
  const tables: Kysely<ModelTables> = database.connection.$extendTables<ModelTables>();

  const latestFirst = () =>
    tables
      .selectFrom('model_choices')
      .select(['place', 'model_id as modelId', 'number'])
      .orderBy('number', 'desc')
      .orderBy('place');

  return {
    latest: () => latestFirst().limit(1).executeTakeFirst(),
    all: () => latestFirst().execute(),
    async choose({ place, modelId }) {
      const next = sql<number>`(select coalesce(max(number), 0) + 1 from model_choices)`;
      await tables
        .insertInto('model_choices')
        .values({ place, model_id: modelId, number: next })
        .onConflict((conflict) =>
          conflict.column('place').doUpdateSet({ model_id: modelId, number: next }),
        )
        .execute();
    },
  };
}
