/**
 * `tsx bench/trending-flood.ts`: how far many new accounts of one hand move a paper among the first
 * twenty, on days as Hugging Face had them. Prints the figures that docs/trending.md keeps.
 *
 * The upvotes of a list are taken for votes, cast in the ten hours before noon of its day; the
 * first twenty are those of a noon, of the lists of a week. Days without a paper of sixty votes
 * are left out, as too quiet to be worth a flood.
 */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readLines } from '../src/sources/files/file-client.js';
import { leftAfter } from '../src/trending/hotness.js';
import {
  type DailyList,
  dailyLists,
  type EngagementRecord,
  engagementRecord,
} from '../src/trending/prior/engagement.js';
import { TRENDING } from '../src/trending/standing-sums.js';
import { weigh } from '../src/trending/weights.js';
import { table } from './tables.js';

const RECORDS = fileURLToPath(
  new URL('../../shared/data/hf-daily/hf-daily.jsonl.zst', import.meta.url),
);

const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;

const PLACES = 20;
const DAYS_LISTED = 7;
const LEAST_OF_THE_FIRST = 60;
const NETWORKS = [1, 3, 200];
const MOST_PLACES_TOLD = 4;

async function main(): Promise<void> {
  if (!existsSync(RECORDS)) {
    process.stderr.write(`Skipped: There is no ${RECORDS}.\n`);
    return;
  }
  const lists = new Map(dailyLists(await records()).map((list) => [list.day, list]));
  const noons = [...lists.keys()]
    .map((day) => heatsAt(day, lists))
    .filter((heats) => heats.length > PLACES && (heats[0] as number) >= LEAST_OF_THE_FIRST);
  const places = Array.from({ length: MOST_PLACES_TOLD + 1 }, (_, moved) => moved);
  const head = ['networks', 'votes', ...places.map((moved) => `${moved} places`), 'more'];
  const rows = NETWORKS.map((networks) => {
    const votes = floodFrom(networks);
    const moves = noons.flatMap((heats) =>
      heats.slice(0, PLACES).map((heat, at) => {
        const above = heats.slice(0, at);
        return above.filter((other) => other < heat + votes).length;
      }),
    );
    const share = (some: readonly number[]) =>
      `${((100 * some.length) / moves.length).toFixed(0)} %`;
    return [
      String(networks),
      votes.toFixed(2),
      ...places.map((moved) => share(moves.filter((each) => each === moved))),
      share(moves.filter((each) => each > MOST_PLACES_TOLD)),
    ];
  });
  process.stdout.write(`${noons.length} days\n\n${table([head, ...rows])}\n`);
}

async function records(): Promise<EngagementRecord[]> {
  const all: EngagementRecord[] = [];
  for await (const lines of readLines({ path: RECORDS })) {
    for (const line of lines) {
      if ('text' in line && line.text !== '')
        all.push(engagementRecord.parse(JSON.parse(line.text)));
    }
  }
  return all;
}

/** The heats of a week's papers at noon of a day, the hottest first. */
function heatsAt(day: string, lists: ReadonlyMap<string, DailyList>): number[] {
  const heats = Array.from({ length: DAYS_LISTED }, (_, ago) => {
    const listed = new Date(Date.parse(day) - ago * MS_PER_DAY).toISOString().slice(0, 10);
    return (lists.get(listed)?.papers ?? []).map(({ last }) => heatOf(last, 24 * ago));
  });
  return heats.flat().sort((a, b) => b - a);
}

/** Of so many votes, cast one an hour over and over in the ten hours before a noon so long ago. */
function heatOf(votes: number, hoursAgo: number): number {
  let heat = 0;
  for (let vote = 0; vote < votes; vote += 1) {
    heat += leftAfter((hoursAgo + (vote % 10)) * MS_PER_HOUR, TRENDING.halfLifeHours);
  }
  return heat;
}

/** What any number of new accounts count for a paper, now, from so many networks. */
function floodFrom(networks: number): number {
  let votes = 0;
  for (let before = 0; before < networks; before += 1) {
    votes += weigh({
      kind: 'vote',
      amount: 1,
      isOwn: false,
      isNew: true,
      networkHasSpoken: false,
      networks: before,
    }).weight;
  }
  return votes;
}

await main();
