import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cardOf, modelOf } from '../../test/support/static-models.js';
import { temporaryFolder } from '../../test/support/temporary-folder.js';
import { MOST_FILE_BYTES } from './model-file.js';
import { readModelFile, writeModelFile } from './model-file-client.js';

const [older, newer] = [modelOf(['speech']), modelOf(['speech', 'translat'])];

it('a model that is written takes the place of the one before, and leaves nothing else', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'made-up.model');
  // What a writer that was killed left behind.
  await writeFile(`${path}.${process.pid}.part`, 'half');
  for (const model of [older, newer]) {
    await writeModelFile(path, model, cardOf(model));
    expect(await readModelFile(path)).toMatchObject({
      model: { id: model.id },
      card: cardOf(model),
    });
  }
  expect(await readdir(folder)).toEqual(['made-up.model']);
});

it('a model that cannot be written is said so, and nothing is left of it', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'taken'));
  await writeFile(join(folder, 'taken', 'file'), '');
  for (const path of [join(folder, 'taken'), join(folder, 'none', 'made-up.model')]) {
    await expect(writeModelFile(path, newer, cardOf(newer))).rejects.toMatchObject({
      code: 'data_not_writable',
      message: expect.stringContaining(path),
      fix: expect.stringContaining('folder'),
    });
  }
  expect(await readdir(folder)).toEqual(['taken']);
});

it('a file that is no model is refused with its name and what is wrong', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'made-up.model');
  const problemOf = async () => {
    const error = await readModelFile(path).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'unreadable_input' });
    expect(error.message).toContain(path);
    return `${error.message} ${error.fix}`;
  };
  expect(await problemOf()).toContain('does not exist');
  await mkdir(path);
  expect(await problemOf()).toContain('not a file');

  const file = join(folder, 'file.model');
  const refusal = () => readModelFile(file).catch(({ message, fix }) => `${message} ${fix}`);
  await writeModelFile(file, newer, cardOf(newer));
  await truncate(file, 1_000);
  expect(await refusal()).toMatch(/is not a model: it has 1000 of \d+ bytes: it is cut off\. Copy/);
  await writeFile(file, Buffer.from('\x89BSM\r\n\x1a\n\x02'.padEnd(100, '\0'), 'latin1'));
  expect(await refusal()).toContain('Use the newer program');
  // A file with a hole: it takes no room on the disk, and would take it in memory.
  await truncate(file, MOST_FILE_BYTES + 1);
  expect(await refusal()).toContain('bytes');
});
