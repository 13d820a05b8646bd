/** The fields of the preferences: when, what, how. */

import type { Child } from 'hono/jsx';
import {
  DATE_LANGUAGES,
  FEWEST_PAPERS,
  MOST_PAPERS,
  MOST_SEARCHES,
  WEEKDAYS,
} from '../digest/subscriptions/subscription.js';
import type { Markup } from './markup.js';
import { signInPath } from './sign-in-path.js';
import { SUBSCRIBE, timeOfDay } from './subscribe-pages.js';
import type { PreferenceField, PreferenceProblems, TypedPreferences } from './subscription-form.js';
import { TimeZoneChoice } from './time-zone-choice.js';

type Fields = {
  readonly typed: TypedPreferences;
  readonly problems: PreferenceProblems;
};

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

export function WhenFields({
  typed,
  problems,
  minute,
}: Fields & {
  /** Past the hour, for who has one that the list does not. */
  readonly minute: number;
}): Markup {
  return (
    <>
      <fieldset aria-describedby={problemId(problems, 'cadence')}>
        <legend>How often</legend>
        <Radio name="cadence" value="daily" chosen={typed.cadence}>
          Every day
        </Radio>
        <Radio name="cadence" value="weekdays" chosen={typed.cadence}>
          Monday to Friday
        </Radio>
        <Radio name="cadence" value="weekly" chosen={typed.cadence}>
          Once a week
        </Radio>
        <FieldProblem problems={problems} field="cadence" />
      </fieldset>
      <Labelled problems={problems} field="weekday" label="If once a week, on">
        <select id="weekday" name="weekday" {...marks(problems, 'weekday')}>
          {WEEKDAYS.map((day, at) => (
            <option value={String(at + 1)} selected={typed.weekday === String(at + 1)}>
              {day}
            </option>
          ))}
        </select>
      </Labelled>
      <Labelled problems={problems} field="hour" label="At">
        <select id="hour" name="hour" {...marks(problems, 'hour')}>
          {HOURS.map((hour) => {
            const isChosen = typed.hour === String(hour);
            return (
              <option value={String(hour)} selected={isChosen}>
                {timeOfDay(hour, isChosen ? minute : 0)}
              </option>
            );
          })}
        </select>
      </Labelled>
      <Labelled problems={problems} field="timeZone" label="In the time zone of">
        <TimeZoneChoice
          id="timeZone"
          name="timeZone"
          chosen={typed.timeZone}
          problem={problemId(problems, 'timeZone')}
        />
      </Labelled>
    </>
  );
}

export function WhatFields({
  typed,
  problems,
  hasAccount,
  isSignedIn,
}: Fields & { readonly hasAccount: boolean; readonly isSignedIn: boolean }): Markup {
  return (
    <>
      <fieldset aria-describedby={problemId(problems, 'trending')}>
        <legend>What</legend>
        <Box id="trending" name="trending" isChecked={typed.trending}>
          The best of the edition: what is picked, and what trends
        </Box>
        <Box
          name="interests"
          isChecked={hasAccount && typed.interests}
          isDisabled={!hasAccount}
          describedBy={hasAccount ? undefined : 'needs-account'}
        >
          Papers like those that you saved or voted for
        </Box>
        <Box
          name="follows"
          isChecked={hasAccount && typed.follows}
          isDisabled={!hasAccount}
          describedBy={hasAccount ? undefined : 'needs-account'}
        >
          What you follow
        </Box>
        {!hasAccount && (
          <p class="hint" id="needs-account">
            The last two need an account with this address.{' '}
            {isSignedIn ? (
              <a href={SUBSCRIBE}>Ask for the mail with yours</a>
            ) : (
              <a href={signInPath(SUBSCRIBE)}>Sign in, and ask for the mail there</a>
            )}
          </p>
        )}
        <FieldProblem problems={problems} field="trending" />
      </fieldset>
      <Labelled
        problems={problems}
        field="searches"
        label={`Searches of your own, one to a line (${MOST_SEARCHES} at most)`}
        hint="As in the search box: words, “a phrase”, author:curie, cat:cs.CL. New papers that they find are in it."
      >
        <textarea id="searches" name="searches" rows={4} {...marks(problems, 'searches', true)}>
          {typed.searches}
        </textarea>
      </Labelled>
      <Labelled problems={problems} field="papers" label="How many papers">
        <input
          id="papers"
          type="number"
          name="papers"
          value={typed.papers}
          min={FEWEST_PAPERS}
          max={MOST_PAPERS}
          step={1}
          required
          {...marks(problems, 'papers')}
        />
      </Labelled>
      <Box name="evenIfEmpty" isChecked={typed.evenIfEmpty}>
        Write to me even when there is nothing new
      </Box>
    </>
  );
}

export function HowFields({ typed, problems, now }: Fields & { readonly now: Date }): Markup {
  return (
    <>
      <fieldset aria-describedby={problemId(problems, 'channel')}>
        <legend>How it comes</legend>
        <Radio name="channel" value="mail" chosen={typed.channel}>
          By mail, and in my private feed
        </Radio>
        <Radio name="channel" value="feed" chosen={typed.channel}>
          In my private feed only
        </Radio>
        <FieldProblem problems={problems} field="channel" />
      </fieldset>
      <Labelled problems={problems} field="dateLanguage" label="Dates are written like">
        <select id="dateLanguage" name="dateLanguage" {...marks(problems, 'dateLanguage')}>
          {DATE_LANGUAGES.map((language) => (
            <option value={language} lang={language} selected={typed.dateLanguage === language}>
              {longDate(now, language)}
            </option>
          ))}
        </select>
      </Labelled>
    </>
  );
}

function longDate(now: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' }).format(now);
}

function Labelled({
  problems,
  field,
  label,
  hint,
  children,
}: {
  readonly problems: PreferenceProblems;
  readonly field: PreferenceField;
  readonly label: string;
  readonly hint?: string;
  readonly children: Child;
}) {
  return (
    <>
      <label for={field}>{label}</label>
      {children}
      {hint && (
        <p class="hint" id={`${field}-hint`}>
          {hint}
        </p>
      )}
      <FieldProblem problems={problems} field={field} />
    </>
  );
}

function Radio({
  name,
  value,
  chosen,
  children,
}: {
  readonly name: PreferenceField;
  readonly value: string;
  readonly chosen: string;
  readonly children: Child;
}) {
  const isFirst = value === 'daily' || value === 'mail';
  return (
    <label class="choice">
      <input
        type="radio"
        id={isFirst ? name : undefined}
        name={name}
        value={value}
        checked={chosen === value}
      />{' '}
      {children}
    </label>
  );
}

function Box({
  id,
  name,
  isChecked,
  isDisabled = false,
  describedBy,
  children,
}: {
  readonly id?: string;
  readonly name: PreferenceField;
  readonly isChecked: boolean;
  readonly isDisabled?: boolean;
  readonly describedBy?: string | undefined;
  readonly children: Child;
}) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        id={id}
        name={name}
        value="1"
        checked={isChecked}
        disabled={isDisabled}
        aria-describedby={describedBy}
      />{' '}
      {children}
    </label>
  );
}

function FieldProblem({
  problems,
  field,
}: {
  readonly problems: PreferenceProblems;
  readonly field: PreferenceField;
}) {
  const problem = problems.get(field);
  if (!problem) return null;
  return (
    <p class="field-problem" id={problemId(problems, field)}>
      {problem}
    </p>
  );
}

function problemId(problems: PreferenceProblems, field: PreferenceField): string | undefined {
  return problems.has(field) ? `${field}-problem` : undefined;
}

/** What a screen reader is told of a field. */
function marks(problems: PreferenceProblems, field: PreferenceField, hasHint = false) {
  const said = [hasHint ? `${field}-hint` : undefined, problemId(problems, field)];
  return {
    'aria-invalid': problems.has(field) ? ('true' as const) : undefined,
    'aria-describedby': said.filter(Boolean).join(' ') || undefined,
  };
}
