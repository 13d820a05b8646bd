import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { readSecret } from './secret-client.js';

const isPosix = process.platform !== 'win32';
const configOf = (data: string) => ({ data, secret: undefined });

describe('the secret of an installation', () => {
  it('is made at the first start, for its owner alone, and kept', async () => {
    const data = join(await temporaryFolder(), 'new', 'data');
    const secret = await readSecret(configOf(data));
    expect(secret).toMatch(/^[\w-]{64}$/);
    expect(await readSecret(configOf(data))).toBe(secret);
    expect(await readdir(data)).toEqual(['secret']);
    const { mode } = await stat(join(data, 'secret'));
    if (isPosix) expect(mode & 0o777).toBe(0o600);
  });

  it('is one for all who make it at the same moment', async () => {
    const data = await temporaryFolder();
    const secrets = await Promise.all(Array.from({ length: 12 }, () => readSecret(configOf(data))));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(data)).toEqual(['secret']);
  });

  it('is the setting, if there is one, and no file is made', async () => {
    const data = await temporaryFolder();
    const secret = 'a7Lr-09dkf_83jfls-ALSKDJ-29834jf';
    expect(await readSecret({ data, secret })).toBe(secret);
    expect(await readdir(data)).toEqual([]);
  });

  it.each([
    'a'.repeat(64),
    'abababababababababababababababababab',
    'change-me-change-me-change-me-please',
    'CHANGEME-0123456789-0123456789-01234',
    'put your secret here, 32 letters or more',
  ])('is refused when it can be guessed: %s', async (secret) => {
    await expect(readSecret({ data: await temporaryFolder(), secret })).rejects.toMatchObject({
      code: 'bad_configuration',
      message: 'The setting secret (BROADSHEET_SECRET) can be guessed.',
    });
  });

  it.runIf(isPosix).each([0o640, 0o604, 0o644, 0o660])(
    'is refused in a file that others can read (%o), with the command that mends it',
    async (mode) => {
      const data = await temporaryFolder();
      await readSecret(configOf(data));
      const path = join(data, 'secret');
      await chmod(path, mode);
      await expect(readSecret(configOf(data))).rejects.toMatchObject({
        code: 'bad_configuration',
        fix: `Run: chmod 600 ${path}`,
      });
      await chmod(path, 0o600);
      await readSecret(configOf(data));
    },
  );

  it.each(['', 'short'])('is refused in a file that was cut off: %j', async (text) => {
    const data = await temporaryFolder();
    await writeFile(join(data, 'secret'), text, { mode: 0o600 });
    await expect(readSecret(configOf(data))).rejects.toMatchObject({ code: 'bad_configuration' });
    expect(await readFile(join(data, 'secret'), 'utf8')).toBe(text);
  });

  it('is refused where a folder has its name, or none can be made', async () => {
    const data = await temporaryFolder();
    await mkdir(join(data, 'secret'), { mode: 0o700 });
    await expect(readSecret(configOf(data))).rejects.toMatchObject({ code: 'bad_configuration' });
    await writeFile(join(data, 'file'), '');
    await expect(readSecret(configOf(join(data, 'file', 'x')))).rejects.toMatchObject({
      code: expect.stringMatching(/bad_configuration|data_not_writable/),
    });
  });
});
