/**
 * The secret that makes hashes and signatures those of this installation. It is a setting, or a
 * file of the data folder that the first start makes; it never has a default.
 */

import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from './config.js';
import { asWriteError, syncFolder } from './durable-files-client.js';
import { BroadsheetError } from './errors.js';

const SECRET_BYTES = 48;

/** Of the file, in base64url. */
const SECRET_LENGTH = 64;

/** A secret that people type is at least not one letter over and over. */
const FEWEST_LETTERS = 8;

/** What stands in examples until somebody replaces it. */
const PLACEHOLDER = /change.?(me|this|it)|your.?(own.?)?secret|replace.?(me|this)|placeholder/i;

/**
 * @throws BroadsheetError `bad_configuration` for a secret that others can read or guess, and as
 *   `asWriteError` tells
 */
export async function readSecret({
  secret,
  data,
}: Pick<Config, 'secret' | 'data'>): Promise<string> {
  if (secret !== undefined) return acceptSecret(secret, 'The setting secret (BROADSHEET_SECRET)');
  const path = resolve(data, 'secret');
  const found = (await readSecretFile(path)) ?? (await makeSecretFile(data, path));
  return acceptSecret(found, `The file ${path}`);
}

function acceptSecret(secret: string, where: string): string {
  if (PLACEHOLDER.test(secret) || new Set(secret).size < FEWEST_LETTERS) {
    throw new BroadsheetError('bad_configuration', `${where} can be guessed.`, {
      fix: `Set it to what this prints: openssl rand -base64 ${SECRET_BYTES}`,
    });
  }
  return secret;
}

async function readSecretFile(path: string): Promise<string | undefined> {
  let text: string;
  try {
    const { mode } = await stat(path);
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new BroadsheetError('bad_configuration', `Others can read the secret in ${path}.`, {
        fix: `Run: chmod 600 ${path}`,
      });
    }
    text = (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (cause instanceof BroadsheetError) throw cause;
    throw new BroadsheetError('bad_configuration', `The secret in ${path} cannot be read.`, {
      fix: 'Let the program read the file, or set BROADSHEET_SECRET.',
      cause,
    });
  }
  if (text.length >= 32) return text;
  throw new BroadsheetError('bad_configuration', `The secret in ${path} is too short.`, {
    fix: 'Restore the file from a backup; if there is none, remove it, and a new one is made.',
  });
}

/** Of any number of processes that make it at once, all get the one that came first. */
async function makeSecretFile(data: string, path: string): Promise<string> {
  const aside = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.part`;
  try {
    await mkdir(data, { recursive: true });
    await writeSynced(aside, randomBytes(SECRET_BYTES).toString('base64url'));
    await moveUnlessThere(aside, path);
    await syncFolder(resolve(data));
  } catch (error) {
    throw asWriteError(error, `The secret ${path}`);
  } finally {
    await rm(aside, { force: true }).catch(() => {});
  }
  const secret = await readSecretFile(path);
  if (secret === undefined || secret.length < SECRET_LENGTH) {
    throw new BroadsheetError('data_not_writable', `The secret ${path} was not kept.`);
  }
  return secret;
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A link appears whole or not at all, and never in place of one that is there. */
async function moveUnlessThere(aside: string, path: string): Promise<void> {
  try {
    await link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
