/**
 * The settings of an installation, read once: flags over environment over
 * `broadsheet.config.json` over defaults. Everything is checked here, a key that we do not know
 * is refused with the nearest one that we do, and nothing else reads the environment.
 *
 * `docs/configuration.md` describes each setting; a test fails when it misses one.
 */

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import type { DatabaseLocation } from './database/database.js';
import type { EmbeddingsService } from './embedding/remote/embeddings-client.js';
import { BroadsheetError } from './errors.js';
import { isTimeZone } from './papers/dates.js';

/** As many as the search index has room for. */
const MOST_THREADS = 32;

/** More than these wait for memory rather than for a processor. */
const USUAL_THREADS = 4;

export const CONFIG_FILE = 'broadsheet.config.json';

/** From a flag or a variable it comes as text, from the file as JSON. */
const text = z.string().trim().min(1, 'must not be empty');
const flag = z.union([z.boolean(), z.stringbool()]);
const list = z
  .union([z.array(text), z.string().transform((value) => value.split(/[\s,]+/).filter(Boolean))])
  .refine((values) => values.length > 0, 'must name at least one');
const address = text.refine(
  (value) => /^https?:\/\//.test(value) && URL.canParse(value),
  'must be an address that begins with http:// or https://',
);

/** A place elsewhere where people have an account by which they can sign in here. */
const PROVIDER = z.strictObject({
  id: text.regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be of small letters, digits and hyphens'),
  name: text.max(40, 'must have at most 40 characters'),
  kind: z.enum(['oidc', 'github'], 'must be oidc or github').default('oidc'),
  issuer: address,
  clientId: text,
  clientSecret: text.optional(),
  scopes: z.array(text).default(['openid', 'profile', 'email']),
});

/** A mail provider that tells of bounces and complaints. */
const MAIL_HOOK = z.strictObject({
  id: text.regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be of small letters, digits and hyphens'),
  kind: z.enum(
    ['mailgun', 'postmark', 'resend', 'sendgrid'],
    'must be mailgun, postmark, resend or sendgrid',
  ),
  secret: text.min(16, 'must have at least 16 characters'),
});

/** A channel of a group to which the edition is posted. */
const DIGEST_POST = z.strictObject({
  id: text.regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be of small letters, digits and hyphens'),
  kind: z.enum(['slack', 'discord', 'matrix'], 'must be slack, discord or matrix'),
  url: address,
  room: text.optional(),
  token: text.optional(),
});

/** Things with an `id`, each once; from a variable as JSON. */
function listOf<Shape extends z.ZodType<{ readonly id: string }>>(shape: Shape) {
  return z
    .union([z.array(shape), z.string().transform(asJson).pipe(z.array(shape))])
    .refine(
      (things) => new Set(things.map(({ id }) => id)).size === things.length,
      'must name each id once',
    )
    .default([]);
}

function wholeNumber(least: number, most: number) {
  const range = `must be between ${least} and ${most}`;
  return z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(least, range)
    .max(most, range);
}

const SHAPE = {
  port: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(0, 'must be between 0 and 65535')
    .max(65_535, 'must be between 0 and 65535')
    .default(3000),
  host: text.default('127.0.0.1'),
  data: text.default('./data'),
  databaseUrl: text
    .refine(
      (value) => /^postgres(ql)?:\/\//.test(value),
      'must begin with postgres:// (without it, SQLite in the data folder is used)',
    )
    .optional(),
  baseUrl: address.optional(),
  title: text.max(60, 'must have at most 60 characters').default('Broadsheet'),
  tagline: text
    .max(160, 'must have at most 160 characters')
    .default('The daily paper of a research field'),
  contact: z.email('must be an e-mail address').optional(),
  timeZone: text
    .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin or UTC')
    .default(Intl.DateTimeFormat().resolvedOptions().timeZone),
  categories: list.default(['cs.AI', 'cs.CL', 'cs.CV', 'cs.LG', 'stat.ML']),
  gather: flag.default(true),
  sample: flag.default(true),
  searchThreads: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, `must be between 1 and ${MOST_THREADS}`)
    .max(MOST_THREADS, `must be between 1 and ${MOST_THREADS}`)
    .default(usualSearchThreads()),
  model: text.optional(),
  embeddingsUrl: address
    .refine(isBareAddress, 'must be an address without user, question mark and #')
    .optional(),
  embeddingsModel: text.optional(),
  embeddingsKey: text
    .refine((value) => /^[!-~]+$/.test(value), 'must be of letters, digits and signs in one word')
    .optional(),
  embeddingsDimensions: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(64, 'must be between 64 and 16384')
    .max(16_384, 'must be between 64 and 16384')
    .optional(),
  arxivRssUrl: address.default('https://rss.arxiv.org/rss'),
  arxivApiUrl: address.default('https://export.arxiv.org/api/query'),
  arxivOaiUrl: address.default('https://oaipmh.arxiv.org/oai'),
  smtpUrl: text
    .refine(
      (value) => /^smtps?:\/\//.test(value) && URL.canParse(value),
      'must be an address that begins with smtp:// or smtps://',
    )
    .optional(),
  mailFrom: z.email('must be an e-mail address').optional(),
  dkimKey: text.optional(),
  dkimSelector: text
    .regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/i, 'must be the name of a DNS record')
    .default('broadsheet'),
  digest: flag.default(true),
  digestHour: wholeNumber(0, 23).default(8),
  ambiguousMail: z.enum(['leave', 'repeat'], 'must be leave or repeat').default('leave'),
  mailConnections: wholeNumber(1, 50).default(5),
  mailsPerMinute: wholeNumber(1, 100_000).optional(),
  mailsPerMinutePerDomain: wholeNumber(1, 100_000).optional(),
  mailReplySeconds: wholeNumber(5, 600).default(120),
  returnAddress: z.email('must be an e-mail address').optional(),
  returnListen: text
    .refine(
      (value) => /^(smtp|lmtp):\/\/[^/?#@]+:\d+\/?$/.test(value) && URL.canParse(value),
      'must be an address such as lmtp://127.0.0.1:2424 or smtp://127.0.0.1:2525',
    )
    .optional(),
  mailHooks: listOf(MAIL_HOOK),
  digestPosts: listOf(DIGEST_POST),
  secret: text.min(32, 'must have at least 32 characters').optional(),
  trustedProxies: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(0, 'must be between 0 and 10')
    .max(10, 'must be between 0 and 10')
    .default(0),
  registration: z.enum(['open', 'closed'], 'must be open or closed').default('open'),
  identityProviders: z
    .union([z.array(PROVIDER), z.string().transform(asJson).pipe(z.array(PROVIDER))])
    .refine(
      (providers) => new Set(providers.map(({ id }) => id)).size === providers.length,
      'must name each provider once',
    )
    .default([]),
  submitters: z
    .enum(['readers', 'authors', 'curators'], 'must be readers, authors or curators')
    .default('readers'),
  submissionsPerDay: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be between 1 and 1000')
    .max(1_000, 'must be between 1 and 1000')
    .default(10),
  submissionAgeDays: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be between 1 and 36500')
    .max(36_500, 'must be between 1 and 36500')
    .default(14),
  ownSubmissions: flag.default(true),
  newComments: z
    .enum(['shown', 'held-with-links', 'held'], 'must be shown, held-with-links or held')
    .default('held-with-links'),
  logFormat: z.enum(['text', 'json'], 'must be text or json').default('text'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error')
    .default('info'),
};

/** Every setting, checked. `docs/configuration.md` says what each means to an operator. */
export type Config = {
  readonly port: number;
  readonly host: string;
  /** The data folder, relative to where the program was started. */
  readonly data: string;
  readonly databaseUrl?: string | undefined;
  /** Where readers reach the site, for addresses that leave it (mails, feeds). */
  readonly baseUrl?: string | undefined;
  readonly title: string;
  readonly tagline: string;
  /** The operator's address, told to the services that we ask. */
  readonly contact?: string | undefined;
  /** An IANA name; editions are days of this zone. */
  readonly timeZone: string;
  /** arXiv categories to gather. */
  readonly categories: readonly string[];
  readonly gather: boolean;
  readonly sample: boolean;
  /** How many threads search. One more keeps the index. */
  readonly searchThreads: number;
  /** `built-in`, or the path of a model; what was chosen by `model use` if absent. */
  readonly model?: string | undefined;
  /** A service with OpenAI's interface that embeds papers and queries, without `/embeddings`. */
  readonly embeddingsUrl?: string | undefined;
  /** Its model; given whenever the service is. */
  readonly embeddingsModel?: string | undefined;
  /** A secret: it goes to the service and nowhere else. */
  readonly embeddingsKey?: string | undefined;
  /** How short its vectors are asked for. */
  readonly embeddingsDimensions?: number | undefined;
  readonly arxivRssUrl: string;
  readonly arxivApiUrl: string;
  readonly arxivOaiUrl: string;
  /** The mail server; without one, letters are written to the log. A secret: it may hold a password. */
  readonly smtpUrl?: string | undefined;
  /** The sender of mails. */
  readonly mailFrom?: string | undefined;
  /** The file of the private key that signs letters (DKIM); without it they go unsigned. */
  readonly dkimKey?: string | undefined;
  /** Under which name of the sender's domain the public key stands. */
  readonly dkimSelector: string;
  /** Whether this process sends the daily mail. */
  readonly digest: boolean;
  /** When new subscribers get it, in their own time: 0 to 23. */
  readonly digestHour: number;
  /** What becomes of a letter of which nobody knows whether the server took it. */
  readonly ambiguousMail: 'leave' | 'repeat';
  /** How many connections to the mail server send digests at once. */
  readonly mailConnections: number;
  readonly mailsPerMinute?: number | undefined;
  readonly mailsPerMinutePerDomain?: number | undefined;
  /** How long a server may think about a letter that it has got whole. */
  readonly mailReplySeconds: number;
  /** Where bounces come back to, each to an address of its own made from this one. */
  readonly returnAddress?: string | undefined;
  /** Where the program takes them: `lmtp://127.0.0.1:2424`. */
  readonly returnListen?: string | undefined;
  readonly mailHooks: readonly MailHookSettings[];
  readonly digestPosts: readonly DigestPostSettings[];
  /** Makes hashes and signatures ours; kept in a file of the data folder if absent. */
  readonly secret?: string | undefined;
  /** How many reverse proxies stand before the program and may say whom they speak for. */
  readonly trustedProxies: number;
  readonly registration: 'open' | 'closed';
  readonly identityProviders: readonly IdentityProviderSettings[];
  /** Who may put papers into the list of the day. */
  readonly submitters: 'readers' | 'authors' | 'curators';
  readonly submissionsPerDay: number;
  /** How old a submitted paper may be. */
  readonly submissionAgeDays: number;
  /** Whether authors may submit their own papers. */
  readonly ownSubmissions: boolean;
  /** What becomes of the comments of new accounts. */
  readonly newComments: 'shown' | 'held-with-links' | 'held';
  readonly logFormat: 'text' | 'json';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
};

/** A place elsewhere where people have an account by which they can sign in here. */
export type IdentityProviderSettings = {
  /** In addresses: `/sign-in/with/orcid`. */
  readonly id: string;
  /** On the button. */
  readonly name: string;
  /** GitHub speaks OAuth alone. */
  readonly kind: 'oidc' | 'github';
  readonly issuer: string;
  readonly clientId: string;
  /** A secret. */
  readonly clientSecret?: string | undefined;
  readonly scopes: readonly string[];
};

/** A mail provider that tells of bounces and complaints at `/mail/hooks/{id}`. */
export type MailHookSettings = {
  readonly id: string;
  readonly kind: 'mailgun' | 'postmark' | 'resend' | 'sendgrid';
  /** What its signatures are checked with: a key, or the password in its address. */
  readonly secret: string;
};

/** A channel of a group to which the edition is posted once a day. */
export type DigestPostSettings = {
  readonly id: string;
  readonly kind: 'slack' | 'discord' | 'matrix';
  /** Of the webhook (a secret), or of the Matrix homeserver. */
  readonly url: string;
  /** Matrix: the room. */
  readonly room?: string | undefined;
  /** Matrix: a secret. */
  readonly token?: string | undefined;
};

export type SettingName = keyof Config;

/** Settings as a command line gives them; absent ones leave the word to the environment. */
export type Flags = Partial<Record<SettingName, unknown>>;

export const SETTING_NAMES = Object.keys(SHAPE) as readonly SettingName[];

/** Variables that carry a name of their own, because other programs use it too. */
const COMMON_VARIABLES: Readonly<Record<string, SettingName>> = {
  DATABASE_URL: 'databaseUrl',
  SMTP_URL: 'smtpUrl',
};

/** Names where the configuration file is, so it cannot stand in it. */
const FILE_VARIABLE = 'BROADSHEET_CONFIG';

const PREFIX = 'BROADSHEET_';

/** The variable of a setting: `BROADSHEET_TIME_ZONE` for `timeZone`. */
export function variableOf(name: SettingName): string {
  const common = Object.entries(COMMON_VARIABLES).find(([, setting]) => setting === name);
  return common?.[0] ?? PREFIX + name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/**
 * Reads and checks all settings.
 *
 * @param folder - where `broadsheet.config.json` is looked for
 * @throws BroadsheetError `bad_configuration`, naming the setting, where it stands and the mend
 */
export async function readConfig(
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
  folder: string = process.cwd(),
): Promise<Config> {
  const file = await readConfigFile(environment[FILE_VARIABLE], folder);
  const variables = readVariables(environment);
  const given = Object.fromEntries(
    Object.entries(flags).filter(([, value]) => value !== undefined),
  );
  const origins: Record<string, string> = {
    ...mapValues(file.values, () => file.path),
    ...mapValues(variables, (_, name) => `the variable ${variableOf(name as SettingName)}`),
    ...mapValues(given, (_, name) => `the flag --${name}`),
  };
  const checked = z.strictObject(SHAPE).safeParse({ ...file.values, ...variables, ...given });
  if (checked.success) return together(checked.data);

  const [issue] = checked.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw new BroadsheetError(
    'bad_configuration',
    `The setting ${name} (from ${origins[name] ?? 'the defaults'}) ${reasonOf(issue)}.`,
  );
}

/** Refuses settings of which one is of no use without another. */
function together(config: Config): Config {
  const { embeddingsUrl, embeddingsModel, embeddingsKey, embeddingsDimensions } = config;
  const others = { embeddingsModel, embeddingsKey, embeddingsDimensions };
  const lonely = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (lonely && !embeddingsUrl) throw missing('embeddingsUrl', lonely);
  if (embeddingsUrl && !embeddingsModel) throw missing('embeddingsModel', 'embeddingsUrl');
  return config;
}

function missing(name: SettingName, given: string): BroadsheetError {
  return new BroadsheetError(
    'bad_configuration',
    `The setting ${given} is of no use without ${name} (the variable ${variableOf(name)}).`,
  );
}

/** Nothing but scheme, host and path: more is added behind it, and it may be shown. */
function isBareAddress(value: string): boolean {
  // What is no address at all has been refused already.
  if (!URL.canParse(value)) return true;
  const { username, password, search, hash } = new URL(value);
  return [username, password, search, hash].every((part) => part === '') && !/[?#]/.test(value);
}

/** Where the record is kept: PostgreSQL when its address is set, else a file of the data folder. */
export function databaseLocation({ databaseUrl, data }: Config): DatabaseLocation {
  return databaseUrl
    ? { kind: 'postgres', url: databaseUrl }
    : { kind: 'sqlite', path: resolve(data, 'broadsheet.db') };
}

/** The service that embeds papers and queries, if the settings name one. */
export function embeddingsServiceOf({
  embeddingsUrl,
  embeddingsModel,
  embeddingsKey,
  embeddingsDimensions,
}: Config): EmbeddingsService | undefined {
  if (!embeddingsUrl || !embeddingsModel) return undefined;
  return {
    url: embeddingsUrl,
    model: embeddingsModel,
    key: embeddingsKey,
    dimensions: embeddingsDimensions,
  };
}

/** JSON in a variable; what is none is refused by the next check. */
function asJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The folder of the search index, which can be made again from the record. */
export function indexFolder({ data }: Config): string {
  return resolve(data, 'index');
}

/** One processor is left to the site itself. */
function usualSearchThreads(): number {
  return Math.max(1, Math.min(USUAL_THREADS, availableParallelism() - 1));
}

async function readConfigFile(
  named: string | undefined,
  folder: string,
): Promise<{ readonly path: string; readonly values: Record<string, unknown> }> {
  const path = resolve(folder, named ?? CONFIG_FILE);
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (isAbsent && !named) return { path, values: {} };
    throw new BroadsheetError('bad_configuration', `The file ${path} cannot be read.`, { cause });
  }
  let values: unknown;
  try {
    values = JSON.parse(json);
  } catch (cause) {
    const { message } = cause as Error;
    throw new BroadsheetError('bad_configuration', `The file ${path} is not JSON: ${message}.`, {
      cause,
    });
  }
  const settings = z.record(z.string(), z.unknown()).safeParse(values);
  if (!settings.success) {
    throw new BroadsheetError('bad_configuration', `The file ${path} must hold one JSON object.`);
  }
  for (const key of Object.keys(settings.data)) {
    if (isSetting(key)) continue;
    throw new BroadsheetError(
      'bad_configuration',
      `The file ${path} has an unknown setting ${JSON.stringify(key)}; ` +
        `the nearest one is ${JSON.stringify(closest(key, [...SETTING_NAMES]))}.`,
    );
  }
  return { path, values: settings.data };
}

function readVariables(
  environment: Readonly<Record<string, string | undefined>>,
): Partial<Record<SettingName, string>> {
  const known = new Map(SETTING_NAMES.map((name) => [variableOf(name), name]));
  const values: Partial<Record<SettingName, string>> = {};
  for (const [variable, value] of Object.entries(environment)) {
    const name = known.get(variable);
    // An empty variable is how shells and compose files say "not set".
    if (name && value) values[name] = value;
    if (name || !variable.startsWith(PREFIX) || variable === FILE_VARIABLE) continue;
    throw new BroadsheetError(
      'bad_configuration',
      `The variable ${variable} is unknown; the nearest one is ` +
        `${closest(variable, [...known.keys(), FILE_VARIABLE])}.`,
    );
  }
  return values;
}

function isSetting(key: string): key is SettingName {
  return (SETTING_NAMES as readonly string[]).includes(key);
}

function reasonOf(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'is wrong';
  // A union (text or list, text or flag) reports its branches; ours share one meaning.
  if (issue.code === 'invalid_union') return 'is not of a form that can be understood';
  return issue.message.startsWith('must') ? issue.message : `is wrong: ${issue.message}`;
}

function mapValues<Value, Result>(
  values: Readonly<Record<string, Value>>,
  map: (value: Value, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value, key)]));
}
