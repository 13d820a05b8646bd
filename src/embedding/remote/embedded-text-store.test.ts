import { expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../../test/support/databases.js';
import { createEmbeddedTextStore } from './embedded-text-store.js';

const vector = (...values: number[]) => Int16Array.from(values);

describeOnEveryDatabase('what was embedded', (database) => {
  const now = () => new Date(0);

  it('is found again by its text, to the last bit', async () => {
    const store = createEmbeddedTextStore(database(), { now });
    await store.add('m', ['one', 'two'], [vector(1, -2), vector(32_767, -32_767)]);
    expect(await store.find('m', ['two', 'three', 'one'])).toEqual([
      vector(32_767, -32_767),
      undefined,
      vector(1, -2),
    ]);
  });

  it('is of one model', async () => {
    const store = createEmbeddedTextStore(database(), { now });
    await store.add('m', ['one'], [vector(1)]);
    expect(await store.find('n', ['one'])).toEqual([undefined]);
  });

  it('may be added twice, and stays as it was', async () => {
    const store = createEmbeddedTextStore(database(), { now });
    await store.add('m', ['one', 'one'], [vector(1), vector(1)]);
    await store.add('m', ['one'], [vector(2)]);
    expect(await store.find('m', ['one'])).toEqual([vector(1)]);
  });

  it('is found among more than one statement takes', async () => {
    const store = createEmbeddedTextStore(database(), { now });
    const texts = Array.from({ length: 1_234 }, (_, at) => `text ${at}`);
    await store.add(
      'm',
      texts,
      texts.map((_, at) => vector(at)),
    );
    expect(await store.find('m', texts)).toEqual(texts.map((_, at) => vector(at)));
  });

  it('goes when there is too much of it, the oldest first', async () => {
    let timeMs = 0;
    const store = createEmbeddedTextStore(database(), {
      now: () => new Date(timeMs),
      mostVectors: 4,
    });
    const texts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    for (const text of texts) {
      timeMs += 1;
      await store.add('m', [text], [vector(1)]);
    }
    const left = (await store.find('m', texts)).flatMap((found, at) => (found ? texts[at] : []));
    expect(left).toEqual(['f', 'g', 'h', 'i']);
  });
});
