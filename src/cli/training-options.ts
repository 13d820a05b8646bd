/** The settings of a training as options of a command. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  DEFAULT_SETTINGS,
  FINE_TUNING_SETTINGS,
  type TrainingSettings,
} from '../embedding/training/training-settings.js';

/** The settings that are worth turning, as options: their names, and what they mean. */
const SETTING_OPTIONS: readonly (readonly [flag: string, meaning: string])[] = [
  ['words', 'how many words get a vector'],
  ['fewest-papers', 'leave out words that fewer papers have'],
  ['passes', 'how often each paper is met'],
  ['batch', 'pairs that are compared with each other, a multiple of 16'],
  ['temperature', 'smaller: heed only what is most alike'],
  ['rate', 'how far a step goes at most'],
  ['seed', 'another number draws other pairs'],
  ['title-share', 'pairs of a title and its abstract, from 0 to 1'],
  ['sentence-share', 'pairs of a sentence and the rest; what is left over are halves'],
  ['initial-noise', 'words begin with random numbers of up to this size'],
  ['unknown-scale', 'the length of the vector of a word without a row'],
  ['held-out', 'papers to measure on, which are not learnt from'],
  ['batches-sorted', 'of so many batches, papers of one category meet; 0: of none'],
  ['patience', 'end after so many passes without a better measure; 0: never'],
  ['limit', 'papers to learn from, if not all'],
];

const FINE_TUNING: Partial<TrainingSettings> = FINE_TUNING_SETTINGS;

export function addSettingOptions(command: Command): void {
  for (const [flag, meaning] of SETTING_OPTIONS) {
    const setting = settingOf(flag);
    const usual = [
      ...(setting in DEFAULT_SETTINGS ? [`default: ${DEFAULT_SETTINGS[setting]}`] : []),
      ...(setting in FINE_TUNING ? [`with --from: ${FINE_TUNING[setting]}`] : []),
    ];
    const shown = usual.length > 0 ? ` (${usual.join('; ')})` : '';
    const option = new Option(`--${flag} <number>`, meaning + shown);
    command.addOption(option.argParser(anyNumber).helpGroup('Settings:'));
  }
}

/** `title-share` → `titleShare` */
function settingOf(flag: string): keyof TrainingSettings {
  return flag.replace(/-(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  ) as keyof TrainingSettings;
}

/** @param goesOn - from a model, which is not to be forgotten */
export function settingsFrom(
  options: Partial<TrainingSettings>,
  goesOn: boolean,
): TrainingSettings {
  const given = Object.fromEntries(
    SETTING_OPTIONS.flatMap(([flag]) => {
      const value = options[settingOf(flag)];
      return value === undefined ? [] : [[settingOf(flag), value]];
    }),
  );
  return {
    ...DEFAULT_SETTINGS,
    ...(goesOn && FINE_TUNING_SETTINGS),
    // Who names one of the two means the other to be the rest.
    ...(options.titleShare !== undefined && { sentenceShare: 1 - options.titleShare }),
    ...(options.sentenceShare !== undefined && { titleShare: 1 - options.sentenceShare }),
    ...given,
  };
}

export function anyNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}
