/** The file of the private key that signs letters. */

import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { asWriteError, syncFolder } from '../../durable-files-client.js';
import { BroadsheetError } from '../../errors.js';
import { FEWEST_KEY_BITS, MOST_KEY_BITS } from './dkim.js';

/** Some twenty times a long key. */
const LARGEST_FILE_BYTES = 65_536;

/**
 * The key of a file, in PEM.
 *
 * @throws BroadsheetError `bad_configuration` for a file that is not there, that others can read,
 *   or that holds no RSA key of 2,048 to 4,096 bits
 */
export async function readDkimKey(path: string): Promise<KeyObject> {
  const key = parseKey(await readKeyFile(path), path);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa') {
    throw unusable(`The key in ${path} is not an RSA key.`);
  }
  if (bits < FEWEST_KEY_BITS || bits > MOST_KEY_BITS) {
    throw unusable(
      `The key in ${path} has ${bits} bits; receivers want ${FEWEST_KEY_BITS} to ${MOST_KEY_BITS}.`,
    );
  }
  return key;
}

/**
 * Makes a key and writes it to a file that only its owner can read.
 *
 * @throws BroadsheetError `conflict` when something is there already, and as `asWriteError` tells
 */
export async function makeDkimKey(path: string): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: FEWEST_KEY_BITS,
  });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  try {
    await writeNew(path, pem);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw asWriteError(error, `The key ${path}`);
    }
    throw new BroadsheetError('conflict', `There is a file already: ${path}.`, {
      fix: 'Use the key that is there, or give another path.',
      cause: error,
    });
  }
  return privateKey;
}

async function writeNew(path: string, pem: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(pem);
    await file.sync();
  } catch (error) {
    // Half a key would be in the way of the next try.
    await rm(path, { force: true }).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

async function readKeyFile(path: string): Promise<string> {
  try {
    const { mode, size } = await stat(path);
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new BroadsheetError('bad_configuration', `Others can read the key in ${path}.`, {
        fix: `Run: chmod 600 ${path}`,
      });
    }
    if (size > LARGEST_FILE_BYTES) throw unusable(`The file ${path} is too large for a key.`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof BroadsheetError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BroadsheetError(
      'bad_configuration',
      isMissing ? `There is no key at ${path}.` : `The key in ${path} cannot be read.`,
      { fix: 'Correct the setting dkimKey (BROADSHEET_DKIM_KEY), or make a key there.', cause },
    );
  }
}

function parseKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw unusable(`The file ${path} holds no private key, or one with a password.`, cause);
  }
}

function unusable(message: string, cause?: unknown): BroadsheetError {
  return new BroadsheetError('bad_configuration', message, {
    fix: 'Make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out FILE',
    cause,
  });
}
