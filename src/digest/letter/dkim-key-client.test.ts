import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { dkimRecord } from './dkim.js';
import { makeDkimKey, readDkimKey } from './dkim-key-client.js';

async function written(content: string | KeyObject, mode = 0o600): Promise<string> {
  const path = join(await temporaryFolder(), 'dkim.pem');
  const text =
    typeof content === 'string' ? content : content.export({ format: 'pem', type: 'pkcs8' });
  await writeFile(path, text, { mode });
  await chmod(path, mode);
  return path;
}

describe('a key that is made', () => {
  it('can be read again, by its owner alone', async () => {
    const path = join(await temporaryFolder(), 'dkim.pem');
    const made = await makeDkimKey(path);
    expect((await readDkimKey(path)).equals(made)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('never takes the place of another file', async () => {
    const path = await written('precious');
    await expect(makeDkimKey(path)).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(path, 'utf8')).toBe('precious');
  });

  it('says when it cannot be written', async () => {
    const path = join(await temporaryFolder(), 'nowhere', 'dkim.pem');
    await expect(makeDkimKey(path)).rejects.toMatchObject({ code: 'data_not_writable' });
  });
});

describe('a key that is refused', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
  const other = generateKeyPairSync('ed25519').privateKey;

  it('is one that others can read', async () => {
    const path = await written(other, 0o640);
    await expect(readDkimKey(path)).rejects.toMatchObject({
      code: 'bad_configuration',
      message: `Others can read the key in ${path}.`,
      fix: `Run: chmod 600 ${path}`,
    });
  });

  it('is too short', async () => {
    await expect(readDkimKey(await written(small))).rejects.toThrow(/has 1024 bits/);
  });

  it('is of another kind', async () => {
    await expect(readDkimKey(await written(other))).rejects.toThrow(/not an RSA key/);
  });

  it('is no key', async () => {
    const words = await written('no key');
    await expect(readDkimKey(words)).rejects.toThrow(/holds no private key/);
    const large = await written('x'.repeat(70_000));
    await expect(readDkimKey(large)).rejects.toThrow(/too large/);
  });

  it('is not there', async () => {
    const path = join(await temporaryFolder(), 'dkim.pem');
    await expect(readDkimKey(path)).rejects.toMatchObject({
      code: 'bad_configuration',
      message: `There is no key at ${path}.`,
    });
  });
});

it('is told to receivers by its public half', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const record = dkimRecord(privateKey);
  expect(record).toBe(dkimRecord(publicKey));
  const [, base64 = ''] = /^v=DKIM1; k=rsa; p=([A-Za-z0-9+/=]+)$/.exec(record) ?? [];
  const read = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
  expect(read.equals(publicKey)).toBe(true);
});
