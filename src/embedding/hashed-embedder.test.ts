import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHashedEmbedder } from './hashed-embedder.js';

const { embed } = createHashedEmbedder();

function cosine(one: string, other: string): number {
  const a = embed(one);
  const b = embed(other);
  return a.reduce((sum, value, dimension) => sum + value * (b[dimension] as number), 0);
}

describe('the vector of a text', () => {
  it('has length 1', () =>
    expect(cosine('speech translation', 'speech translation')).toBeCloseTo(1));

  it('is zeros without words that tell texts apart', () => {
    for (const text of ['', ' \n', 'of the', '∀ ∃', 'We propose a new method.']) {
      expect(new Set(embed(text))).toEqual(new Set([0]));
    }
  });

  it('heeds neither case nor order nor endings', () => {
    expect(cosine('Speech Translators', 'translating “speech”')).toBeCloseTo(1);
  });

  it('is nearer to a text that shares words', () => {
    const query = 'low-resource speech translation';
    const near = cosine(query, 'Translation of speech for languages with few resources');
    const far = cosine(query, 'Bounds for sorting networks on graphs');
    expect(near).toBeGreaterThan(far + 0.2);
  });

  it('does not change when another text was read in between', () => {
    const before = embed('topic models');
    embed('entirely different');
    expect(embed('topic models')).toEqual(before);
  });

  it('is the same on every machine, to the last bit', () => {
    const vector = embed('Über neural Topic-models: β-VAE, 数据, and 42 résumés');
    const bytes = new Uint8Array(vector.buffer);
    expect(createHash('sha256').update(bytes).digest('hex').slice(0, 16)).toBe('4f6026d81627f3d9');
  });
});
