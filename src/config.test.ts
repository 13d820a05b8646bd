import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { databaseLocation, readConfig, SETTING_NAMES, variableOf } from './config.js';

/** The settings that a file, an environment and flags give together. */
async function settings(places: {
  file?: unknown;
  environment?: Record<string, string>;
  flags?: Record<string, unknown>;
}) {
  const folder = await temporaryFolder();
  const { file } = places;
  if (file !== undefined) {
    const json = typeof file === 'string' ? file : JSON.stringify(file);
    await writeFile(join(folder, 'broadsheet.config.json'), json);
  }
  return readConfig(places.flags ?? {}, places.environment ?? {}, folder);
}

describe('a setting', () => {
  it('has a default', async () => {
    expect(await settings({})).toMatchObject({ port: 3000, host: '127.0.0.1', sample: true });
  });

  it('is taken from flags before variables, and from variables before the file', async () => {
    const file = { port: 1, host: 'file', title: 'file' };
    const environment = { BROADSHEET_PORT: '2', BROADSHEET_HOST: 'variable' };
    expect(
      await settings({ file, environment, flags: { port: '3', host: undefined } }),
    ).toMatchObject({
      port: 3,
      host: 'variable',
      title: 'file',
    });
  });

  it('may be a list or a switch, as text or as JSON', async () => {
    expect(await settings({ file: { categories: ['math.CO'], gather: false } })).toMatchObject({
      categories: ['math.CO'],
      gather: false,
    });
    expect(
      await settings({
        environment: { BROADSHEET_CATEGORIES: 'math.CO, math.PR', BROADSHEET_GATHER: 'false' },
      }),
    ).toMatchObject({ categories: ['math.CO', 'math.PR'], gather: false });
  });

  it('that is set to nothing is not set', async () => {
    expect((await settings({ environment: { DATABASE_URL: '' } })).databaseUrl).toBeUndefined();
  });
});

describe('the start is refused, with the mend,', () => {
  it.each<[string, Parameters<typeof settings>[0], RegExp]>([
    ['an unknown key', { file: { prot: 80 } }, /unknown setting "prot"; the nearest one is "port"/],
    [
      'an unknown variable',
      { environment: { BROADSHEET_TITEL: 'x' } },
      /BROADSHEET_TITEL is unknown.*BROADSHEET_TITLE/,
    ],
    [
      'a port that is none',
      { flags: { port: '70000' } },
      /port \(from the flag --port\) must be between/,
    ],
    [
      'a zone that is none',
      { environment: { BROADSHEET_TIME_ZONE: 'Mars' } },
      /BROADSHEET_TIME_ZONE\) must be the name of a time zone/,
    ],
    [
      'an address of another database',
      { environment: { DATABASE_URL: 'mysql://x' } },
      /DATABASE_URL\) must begin with postgres/,
    ],
    [
      'a switch that is neither',
      { environment: { BROADSHEET_SAMPLE: 'perhaps' } },
      /sample .* cannot|sample .* form/,
    ],
    [
      'an embeddings service without its model',
      { environment: { BROADSHEET_EMBEDDINGS_URL: 'https://api.example.org/v1' } },
      /embeddingsUrl is of no use without embeddingsModel .*BROADSHEET_EMBEDDINGS_MODEL/,
    ],
    [
      'a key without the service that it is for',
      { environment: { BROADSHEET_EMBEDDINGS_KEY: 'sk-1' } },
      /embeddingsKey is of no use without embeddingsUrl/,
    ],
    [
      'an address of a service with a password in it',
      { environment: { BROADSHEET_EMBEDDINGS_URL: 'https://me:secret@example.org/v1' } },
      /EMBEDDINGS_URL\) must be an address without user(?!.*secret)/,
    ],
    [
      'an address of a service that is none',
      { environment: { BROADSHEET_EMBEDDINGS_URL: 'http://' } },
      /EMBEDDINGS_URL\) must be an address that begins/,
    ],
    [
      'a key that no header can hold, without repeating it',
      {
        file: {
          embeddingsUrl: 'https://api.example.org/v1',
          embeddingsModel: 'm',
          embeddingsKey: 'se cret',
        },
      },
      /embeddingsKey .* must be of letters(?!.*se cret)/,
    ],
    ['a file that is not JSON', { file: '{ port: 1 }' }, /is not JSON/],
    ['a file of something else', { file: [1] }, /must hold one JSON object/],
    [
      'a file that is not there',
      { environment: { BROADSHEET_CONFIG: 'nowhere.json' } },
      /nowhere.json cannot be read/,
    ],
  ])('for %s', async (_, places, message) => {
    await expect(settings(places)).rejects.toMatchObject({
      code: 'bad_configuration',
      message: expect.stringMatching(message),
    });
  });
});

it('the record is a file of the data folder, unless PostgreSQL is named', async () => {
  expect(databaseLocation(await settings({ flags: { data: '/srv/papers' } }))).toEqual({
    kind: 'sqlite',
    path: '/srv/papers/broadsheet.db',
  });
  expect(
    databaseLocation(await settings({ environment: { DATABASE_URL: 'postgres://db/x' } })),
  ).toEqual({
    kind: 'postgres',
    url: 'postgres://db/x',
  });
});

it('every setting is documented, and nothing else is', async () => {
  const guide = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8');
  const rows = [...guide.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)];
  expect(rows.map(([, name, variable]) => [name, variable])).toEqual(
    SETTING_NAMES.map((name) => [name, variableOf(name)]),
  );
});
