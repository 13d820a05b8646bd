/** What commands share: their settings, their numbers, and how they are added to the program. */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type App, openApp } from '../app.js';
import { type Config, databaseLocation, type Flags, readConfig } from '../config.js';
import { BroadsheetError } from '../errors.js';
import { cleanText } from '../papers/record.js';
import type { Terminal } from './terminal.js';

const LONGEST_REASON = 500;

/** Adds one command; it reports its exit status through `finish` when that is not 0. */
export type AddCommand = (
  program: Command,
  terminal: Terminal,
  finish: (status: number) => void,
) => void;

/** What nearly every command can be told. */
export type Common = { readonly data?: string; readonly json?: boolean };

/** Adds the options that are `Common`. */
export function withCommon(command: Command): Command {
  return command.addOption(dataOption()).addOption(jsonOption());
}

export function dataOption(): Option {
  return new Option('--data <dir>', 'the data folder (default: ./data, or BROADSHEET_DATA)');
}

export function jsonOption(): Option {
  return new Option('--json', 'print one JSON object instead of text');
}

/** The settings for a command, from the flags it has that are settings. */
export function configFor(terminal: Terminal, flags: Flags): Promise<Config> {
  return readConfig(flags, terminal.environment);
}

/**
 * Refuses a data folder without a catalogue, for commands that only read one: a folder that is
 * misspelt would otherwise be made, and answer with nothing.
 *
 * @throws BroadsheetError `not_found`
 */
export function requireCatalogue(config: Config): void {
  const location = databaseLocation(config);
  if (location.kind === 'postgres' || existsSync(location.path)) return;
  throw new BroadsheetError('not_found', `There is no catalogue in ${dirname(location.path)}.`, {
    fix: 'Name its folder with --data, or fill one with "import" or "gather".',
  });
}

/**
 * Lets one command work with the service put together, and closes it.
 *
 * @throws BroadsheetError as `requireCatalogue` does, unless a folder may be begun anew
 */
export async function withApp(
  terminal: Terminal,
  { data }: Common,
  act: (app: App, config: Config) => Promise<void>,
  { mayBeginAnew = false }: { readonly mayBeginAnew?: boolean } = {},
): Promise<void> {
  const config = await configFor(terminal, { data });
  if (!mayBeginAnew) requireCatalogue(config);
  await using app = await openApp(config, terminal.worldFor(config));
  await act(app, config);
}

/** A whole number from `least` up, for an option. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} up.`);
  };
}

/** Reasons as people write them, cleaned as those are that forms send. */
export function reason(text: string): string {
  return cleanText(text).slice(0, LONGEST_REASON);
}

/** What came of a command, for programs or for people. */
export function printOutcome(
  terminal: Terminal,
  { json }: Common,
  outcome: object,
  words: string,
): void {
  if (json) printJson(terminal, outcome);
  else printLine(terminal, words);
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine(terminal: Terminal, line: string): void {
  terminal.stdout.write(`${line}\n`);
}
