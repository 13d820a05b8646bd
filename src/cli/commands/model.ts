/** `broadsheet model`: which model embeds papers and queries. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { databaseLocation, embeddingsServiceOf } from '../../config.js';
import { openDatabase } from '../../database/database.js';
import { createModelChoiceStore, type ModelChoice } from '../../embedding/model-choice-store.js';
import { modelIdOf } from '../../embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../../embedding/model-source-client.js';
import { BroadsheetError } from '../../errors.js';
import { createPaperStore } from '../../papers/paper-store.js';
import {
  type AddCommand,
  configFor,
  dataOption,
  jsonOption,
  printJson,
  printLine,
} from '../command.js';
import type { Terminal } from '../terminal.js';
import { addShow } from './model-show.js';

export const addModel: AddCommand = (program, terminal) => {
  const model = program
    .command('model')
    .description('the model that embeds papers and queries: which it is, and to use another');
  addUse(model, terminal);
  addShow(model, terminal);
};

type UseOptions = { readonly data?: string; readonly json?: boolean };

function addUse(model: Command, terminal: Terminal): void {
  model
    .command('use')
    .description(
      'use another model; a site that is running takes it within seconds, goes on answering, ' +
        'and embeds its papers anew in the background',
    )
    .argument(
      '<model>',
      `a model file or folder, "${BUILT_IN}" for the one that comes with the program, ` +
        'or the id of one that was in use before',
    )
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (named: string, options: UseOptions) => {
      const config = await configFor(terminal, { data: options.data });
      if (config.model !== undefined) {
        throw new BroadsheetError(
          'bad_configuration',
          `The setting model names ${config.model}, which comes before any choice.`,
          { fix: 'Change the setting, or remove it to choose by this command.' },
        );
      }
      await using database = await openDatabase(databaseLocation(config));
      const choices = createModelChoiceStore(database);
      const known = await choices.all();
      const place = placeOf(named, known);
      const modelId = modelIdOf(await openModelSource(place));
      const isUsed = known[0]?.place === place && known[0].modelId === modelId;
      await choices.choose({ place, modelId });
      const { now } = terminal.worldFor(config);
      const papers = createPaperStore(database, { now, timeZone: config.timeZone });
      const outcome = {
        model: modelId,
        place,
        papers: await papers.count(),
        changed: !isUsed,
        service: embeddingsServiceOf(config)?.model,
      };
      if (options.json) printJson(terminal, outcome);
      else for (const line of inWords(outcome)) printLine(terminal, line);
    });
}

/** @throws BroadsheetError `not_found` if it is no model that anybody knows */
function placeOf(named: string, known: readonly ModelChoice[]): string {
  if (named === BUILT_IN) return BUILT_IN;
  if (existsSync(named)) return resolve(named);
  const before = known.find(({ place, modelId }) => modelId === named || place === named);
  if (before) return before.place;
  const ids = known.map(({ modelId }) => modelId).join(', ');
  throw new BroadsheetError('not_found', `There is no model ${named}.`, {
    fix: `Name a file, ${BUILT_IN}${ids && `, or one that was in use before: ${ids}`}.`,
  });
}

function inWords({
  model,
  papers,
  changed,
  service,
}: {
  readonly model: string;
  readonly papers: number;
  readonly changed: boolean;
  readonly service: string | undefined;
}): string[] {
  if (!changed) return [`${model} is in use already.`];
  if (service !== undefined) {
    return [`${model} stands in from now on where the embeddings service (${service}) is late.`];
  }
  return [
    `${model} is in use from now on.`,
    `A running site takes it within seconds and embeds its ${papers} papers anew in the ` +
      'background, the newest first. Searches are answered the whole time.',
  ];
}
