/**
 * An index that is a plain object, in files. As JSON text it would outgrow the longest string of
 * Node at some 100,000 papers, so it is written in Node's own binary form, part by part.
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Writes each member of an object as a file of its own, since one buffer may not hold all. */
export async function writeObject(folder: string, object: object): Promise<void> {
  for (const [key, value] of Object.entries(object)) {
    await writeFile(join(folder, key), serialize(value));
  }
}

export async function readObject(folder: string): Promise<Record<string, unknown>> {
  const object: Record<string, unknown> = {};
  for (const key of await readdir(folder)) {
    object[key] = deserialize(await readFile(join(folder, key)));
  }
  return object;
}
