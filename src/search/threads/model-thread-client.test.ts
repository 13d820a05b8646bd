import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSmallModel } from '../../../test/support/models.js';
import { temporaryFolder } from '../../../test/support/temporary-folder.js';
import { embedderOf, modelIdOf } from '../../embedding/model-source.js';
import { openModelInThread } from './model-thread-client.js';

describe('a model that another thread opens', { timeout: 120_000 }, () => {
  it('embeds as in the thread that opened it', async () => {
    const path = join(await temporaryFolder(), 'one.model');
    const model = await writeSmallModel(path, 1);
    const source = await openModelInThread(path);
    expect(modelIdOf(source)).toBe(model.id);
    const { embed } = embedderOf({ kind: 'static', model });
    expect(embedderOf(source).embed('bababark bakobark')).toEqual(embed('bababark bakobark'));
  });

  it('is refused as it is there', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'no.model');
    await writeFile(path, 'nothing of the kind');
    await expect(openModelInThread(path)).rejects.toMatchObject({ code: 'unreadable_input' });
    await expect(openModelInThread(folder)).rejects.toMatchObject({ code: 'unreadable_input' });
  });
});
