/** `broadsheet doctor`: whether this installation is well, and what to do where it is not. */

import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Argument } from 'commander';
import { sql } from 'kysely';
import { type Config, databaseLocation, embeddingsServiceOf } from '../../config.js';
import { type Database, openDatabase } from '../../database/database.js';
import { createModelChoiceStore } from '../../embedding/model-choice-store.js';
import { modelIdOf } from '../../embedding/model-source.js';
import { BUILT_IN, openModelSource } from '../../embedding/model-source-client.js';
import { createEmbeddingsClient } from '../../embedding/remote/embeddings-client.js';
import { asBroadsheetError } from '../../errors.js';
import { createPaperStore } from '../../papers/paper-store.js';
import { createGatherStore } from '../../sources/gather-store.js';
import type { World } from '../../world.js';
import {
  type AddCommand,
  configFor,
  dataOption,
  jsonOption,
  printJson,
  printLine,
} from '../command.js';
import { attempted, type Check } from './doctor-check.js';
import { digestCheck } from './doctor-digest.js';
import { mailChecks } from './doctor-mail.js';
import { peopleChecks } from './doctor-people.js';

/** Below this a night's gathering and its index may not fit. */
const LEAST_FREE_BYTES = 500 * 1024 * 1024;

/** arXiv rests on weekends and holidays, so a few days without news are no fault. */
const STALE_AFTER_DAYS = 5;

/** A model that a service has to load first takes a while. */
const LONGEST_ANSWER_MS = 30_000;

const MS_PER_DAY = 86_400_000;

const GATHERING = 'gathering from arXiv';

type DoctorOptions = { readonly data?: string; readonly json?: boolean };

export const addDoctor: AddCommand = (program, terminal, finish) => {
  program
    .command('doctor')
    .description('examine the installation, or how its mail is set up, and say what to mend')
    .addArgument(new Argument('[part]', 'the mail: what receivers look up of it').choices(['mail']))
    .addOption(dataOption())
    .addOption(jsonOption())
    .action(async (part: 'mail' | undefined, options: DoctorOptions) => {
      const config = await configFor(terminal, { data: options.data });
      const world = terminal.worldFor(config);
      const checks = await (part === 'mail' ? mailChecks : examine)(config, world);
      const ok = checks.every((check) => check.ok);
      if (options.json) printJson(terminal, { ok, checks });
      for (const check of options.json ? [] : checks) {
        printLine(terminal, `${check.ok ? 'ok  ' : 'FAIL'}  ${check.name}: ${check.detail}`);
        if (check.fix) printLine(terminal, `      ${check.fix}`);
      }
      if (!ok) finish(1);
    });
};

async function examine(config: Config, world: World): Promise<readonly Check[]> {
  const { now } = world;
  const checks = [runtime(), await dataFolder(config), await freeSpace(config)];
  const location = databaseLocation(config);
  if (location.kind === 'sqlite' && !existsSync(location.path)) {
    return [...checks, notYetMade(location.path)];
  }
  let database: Database;
  try {
    database = await openDatabase(location);
  } catch (thrown) {
    const { message, fix } = asBroadsheetError(thrown);
    return [...checks, { name: 'database', ok: false, detail: message, fix }];
  }
  await using opened = database;
  return [
    ...checks,
    await attempted('database', () => integrity(opened, config)),
    await attempted('model', () => model(opened, config)),
    ...(await embeddings(config, world)),
    await attempted('catalogue', () => catalogue(opened, config, now)),
    await attempted(GATHERING, () => gathering(opened, config, now)),
    ...(await peopleChecks(opened, config, now)),
    await digestCheck(opened, config, now),
  ];
}

/** No fault: the first start makes it. It is told, since a misspelt folder looks the same. */
function notYetMade(path: string): Check {
  const fix = 'The first start, import or gathering makes it; check --data if you expected papers.';
  return { name: 'database', ok: true, detail: `there is no ${path} yet`, fix };
}

function runtime(): Check {
  const ok = Number(process.versions.node.split('.')[0]) >= 24;
  return {
    name: 'runtime',
    ok,
    detail: `Node ${process.version}`,
    fix: ok ? '' : 'Start it through npm after "npm ci", which brings Node 24.',
  };
}

async function dataFolder({ data }: Config): Promise<Check> {
  const path = resolve(data);
  const existing = nearestExisting(path);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
    return { name: 'data folder', ok: true, detail: path, fix: '' };
  } catch (cause) {
    return {
      name: 'data folder',
      ok: false,
      detail: `${existing} cannot be written (${(cause as NodeJS.ErrnoException).code}).`,
      fix: 'Give a folder that you may write to with --data, or mend its permissions.',
    };
  }
}

/** The folder, or the nearest one above it that exists: where the first start begins. */
function nearestExisting(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

async function freeSpace({ data }: Config): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(nearestExisting(resolve(data)));
    const free = bavail * bsize;
    const ok = free >= LEAST_FREE_BYTES;
    return {
      name: 'free space',
      ok,
      detail: `${(free / 2 ** 30).toFixed(1)} GiB free`,
      fix: ok ? '' : `Free some space: ${LEAST_FREE_BYTES / 2 ** 20} MiB are needed.`,
    };
  } catch {
    return { name: 'free space', ok: false, detail: 'cannot be told', fix: 'See the data folder.' };
  }
}

async function integrity({ connection }: Database, config: Config): Promise<Check> {
  if (databaseLocation(config).kind === 'postgres') {
    return { name: 'database', ok: true, detail: 'PostgreSQL answers', fix: '' };
  }
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check`.execute(connection);
  const faults = rows.map(({ quick_check }) => quick_check).filter((line) => line !== 'ok');
  return {
    name: 'database',
    ok: faults.length === 0,
    detail: faults[0] ?? 'SQLite, whole',
    fix: faults.length === 0 ? '' : 'Move the file aside and restore it from a backup.',
  };
}

async function model(database: Database, config: Config): Promise<Check> {
  const choice = await createModelChoiceStore(database).latest();
  const place = config.model ?? choice?.place ?? BUILT_IN;
  const id = modelIdOf(await openModelSource(place));
  return { name: 'model', ok: true, detail: `${id} (${place})`, fix: '' };
}

/** Asks the service for one vector, if the settings name a service. */
async function embeddings(config: Config, world: World): Promise<Check[]> {
  const service = embeddingsServiceOf(config);
  if (!service) return [];
  const check = async (): Promise<Check> => {
    const limits = { timeoutMs: LONGEST_ANSWER_MS, mostTries: 1 };
    const client = createEmbeddingsClient({ ...world, service, limits });
    const [vector] = await client.embed(['A text']);
    const detail = `${service.model} at ${service.url} gives ${vector?.length} numbers a text`;
    return { name: 'embeddings service', ok: true, detail, fix: '' };
  };
  return [await attempted('embeddings service', check)];
}

async function catalogue(database: Database, config: Config, now: () => Date): Promise<Check> {
  const papers = createPaperStore(database, { now, timeZone: config.timeZone });
  const count = await papers.count();
  const isSample = await papers.isSampleOnly();
  return {
    name: 'catalogue',
    ok: true,
    detail: `${count} papers${isSample ? ', all of the bundled sample' : ''}`,
    fix: count === 0 ? 'Run "gather arxiv" or "import FILE" to fill it.' : '',
  };
}

async function gathering(database: Database, config: Config, now: () => Date): Promise<Check> {
  const name = GATHERING;
  if (!config.gather) return { name, ok: true, detail: 'turned off', fix: '' };
  const gatherings = createGatherStore(database);
  const complete = await gatherings.latestComplete('arxiv');
  const latest = await gatherings.latest('arxiv');
  if (!latest) return { name, ok: true, detail: 'never tried', fix: 'Run "gather arxiv".' };
  if (!complete && latest.status === 'running') {
    return { name, ok: true, detail: 'the first one is running', fix: '' };
  }
  if (!complete) {
    const reason = latest.problems[0]?.reason ?? 'It was interrupted.';
    return {
      name,
      ok: false,
      detail: reason,
      fix: 'Check the network; it is tried again by itself.',
    };
  }
  const daysAgo = (now().getTime() - complete.startedAtMs) / MS_PER_DAY;
  const ok = daysAgo < STALE_AFTER_DAYS;
  return {
    name,
    ok,
    detail: `last complete ${new Date(complete.startedAtMs).toISOString()}`,
    fix: ok ? '' : `That is ${Math.floor(daysAgo)} days ago; /about says what failed since.`,
  };
}
