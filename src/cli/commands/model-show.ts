/** `broadsheet model show`: what is known of a model, and whether its space is healthy. */

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type Config, databaseLocation } from '../../config.js';
import { openDatabase } from '../../database/database.js';
import { textToEmbed } from '../../embedding/embedder.js';
import {
  FEWEST_PAPERS,
  type HealthFigure,
  healthInWords,
  healthOf,
  MOST_PAPERS,
} from '../../embedding/health.js';
import type { ModelCard } from '../../embedding/model-card.js';
import { createModelChoiceStore } from '../../embedding/model-choice-store.js';
import { embedderOf, modelIdOf } from '../../embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../../embedding/model-source-client.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { Paper } from '../../papers/paper.js';
import { createPaperStore } from '../../papers/paper-store.js';
import { cleanLine } from '../../papers/record.js';
import { configFor, dataOption, jsonOption, printJson, printLine } from '../command.js';
import type { Terminal } from '../terminal.js';

/** From so many places of the catalogue papers are taken, so that no one day is all of them. */
const PLACES = 20;

type ShowOptions = { readonly data?: string; readonly json?: boolean };

type Shown = {
  readonly id: string;
  readonly place: string;
  /** Absent for what has none. */
  readonly card: ModelCard | undefined;
  /** Empty where too few papers are at hand. */
  readonly health: readonly HealthFigure[];
  readonly papers: number;
};

export function addShow(model: Command, terminal: Terminal): void {
  model
    .command('show')
    .description('show the card of a model, and how good its space is by papers of the catalogue')
    .argument('[model]', `a model file or folder, or "${BUILT_IN}"; the one in use if absent`)
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (named: string | undefined, options: ShowOptions) => {
      const config = await configFor(terminal, { data: options.data });
      const { chosen, papers } = await fromCatalogue(config, terminal);
      const place = named ?? config.model ?? chosen ?? BUILT_IN;
      const source = await openModelSource(place);
      const { embed } = embedderOf(source);
      const health = healthOf(papers.map((paper) => embed(textToEmbed(paper))));
      const shown: Shown = {
        id: modelIdOf(source),
        place,
        card: source.kind === 'static' ? source.card : undefined,
        health: health ? healthInWords(health) : [],
        papers: health?.papers ?? 0,
      };
      if (options.json) printJson(terminal, shown);
      else for (const line of inWords(shown)) printLine(terminal, line);
    });
}

/** The model that was chosen for this catalogue, and some of its papers; none without one. */
async function fromCatalogue(
  config: Config,
  terminal: Terminal,
): Promise<{ readonly chosen: string | undefined; readonly papers: readonly Paper[] }> {
  const location = databaseLocation(config);
  // Looking at a model makes no catalogue.
  if (location.kind === 'sqlite' && !existsSync(location.path)) {
    return { chosen: undefined, papers: [] };
  }
  await using database = await openDatabase(location);
  const { now } = terminal.worldFor(config);
  const papers = createPaperStore(database, { now, timeZone: config.timeZone });
  const choice = await createModelChoiceStore(database).latest();
  return { chosen: choice?.place, papers: await somePapers(papers) };
}

async function somePapers(papers: PaperReader): Promise<readonly Paper[]> {
  const revision = await papers.revision();
  const found = new Map<string, Paper>();
  for (let place = 0; place < PLACES; place += 1) {
    const after = Math.floor((place * revision) / PLACES);
    for (const { paper } of await papers.pageByAddition(after, MOST_PAPERS / PLACES)) {
      found.set(paper.id, paper);
    }
  }
  return [...found.values()];
}

function inWords({ id, place, card, health, papers }: Shown): string[] {
  return [
    `${id} (${place})`,
    ...(card ? cardInWords(card) : ['It has no card.']),
    '',
    ...(health.length > 0
      ? [`Its space, by ${papers} papers of the catalogue:`, ...health.map(figureInWords)]
      : [`Its space is told from at least ${FEWEST_PAPERS} papers; the catalogue has fewer.`]),
  ];
}

function figureInWords({ name, value, meaning, isGood }: HealthFigure): string {
  return `${isGood ? 'ok  ' : 'POOR'}  ${name} ${value.toFixed(2)}: ${meaning}`;
}

function cardInWords(card: ModelCard): string[] {
  const { name, version, madeAt, licence, rows, dimensions, seed, trainedSeconds } = card;
  const data = card.data.map(
    (each) => `${each.name}: ${counted(each.papers)} papers, ${counted(each.terms)} words`,
  );
  const settings = Object.entries(card.settings).map(
    ([setting, value]) => `${setting}: ${Array.isArray(value) ? value.join(', ') : value}`,
  );
  const scores = card.scores.map(({ set, mode, ndcgAt10, interval }) => {
    const within = interval ? ` (${interval.map((end) => end.toFixed(3)).join(' to ')})` : '';
    return `${set}, ${mode}: nDCG@10 ${ndcgAt10.toFixed(3)}${within}`;
  });
  return [
    cleanLine(`${name} ${version}, made ${madeAt}, ${licence}`),
    `${counted(rows)} vectors of ${dimensions} numbers`,
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...(trainedSeconds === undefined ? [] : [`trained in ${Math.round(trainedSeconds)} s`]),
    ...titled('Trained on', data),
    ...titled('Settings', settings),
    ...titled('Scores', scores),
    ...card.notes.map(cleanLine),
  ];
}

/** @param lines - of a card, whoever wrote it: what a terminal would obey is left out */
function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${cleanLine(line)}`)];
}

function counted(number: number): string {
  return number.toLocaleString('en-GB');
}
