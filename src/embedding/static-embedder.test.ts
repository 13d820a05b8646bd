import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelOf } from '../../test/support/static-models.js';
import { analyse, isStopWord, termOf } from '../text/analysis.js';
import { DIMENSIONS } from './embedder.js';
import { hashedSigns } from './hashed-signs.js';
import { loadEmbeddingKernels } from './kernels-client.js';
import { allocateRows, roomOf } from './model-memory.js';
import { createStaticEmbedder } from './static-embedder.js';
import type { TermModel } from './static-model.js';
import { findString } from './string-table.js';

const { module: kernels, problem } = await loadEmbeddingKernels();
if (!kernels) throw new Error(problem);

const WORDS = ['speech', 'translation', 'few', 'shot', 'few-shot', 'fewshot', 'the', '深', 'über'];
const TERMS = [...new Set(WORDS.map((word) => termOf(analyse(word)[0]?.word ?? '')))];
const MODEL = modelOf(TERMS);

const { embed } = createStaticEmbedder(MODEL, kernels);

function cosine(one: string, other: string): number {
  const [a, b] = [embed(one), embed(other)];
  return a.reduce((sum, value, dimension) => sum + value * (b[dimension] as number), 0);
}

const bytesOf = (vector: Float32Array) => new Uint8Array(vector.buffer);

/** What the vector of a text means, word by word in 64-bit floats. */
function plainVector({ tokeniser, rows, scales }: TermModel, text: string): number[] {
  const times = new Map<string, number>();
  for (const { word, term } of analyse(text)) {
    if (!isStopWord(word)) times.set(term, (times.get(term) ?? 0) + 1);
  }
  const sums = new Array<number>(DIMENSIONS).fill(0);
  for (const [term, count] of times) {
    const row = findString(tokeniser.words, term);
    const signs = hashedSigns(term);
    for (let dimension = 0; dimension < DIMENSIONS; dimension += 1) {
      const value =
        row < 0
          ? ((signs[dimension] as number) * tokeniser.unknownScale) / 16
          : (rows[row * DIMENSIONS + dimension] as number) * (scales[row] as number);
      sums[dimension] = (sums[dimension] as number) + (1 + Math.log(count)) * value;
    }
  }
  const length = Math.hypot(...sums);
  return sums.map((sum) => (length === 0 ? 0 : sum / length));
}

describe('the vector of a text', () => {
  it('has length 1', () => expect(cosine('speech', 'speech')).toBeCloseTo(1));

  it('is zeros without words that count', () => {
    for (const text of ['', ' \n', 'of the', '∀ ∃', 'The.']) {
      expect(new Set(embed(text))).toEqual(new Set([0]));
    }
  });

  it('heeds neither case nor order nor endings nor stop words', () => {
    expect(cosine('Speech Translations', 'the translating of “speech”')).toBeCloseTo(1);
  });

  it('leaves out a stop word even where the model has a row for it', () => {
    expect(embed('the speech')).toEqual(embed('speech'));
  });

  it('counts a word that is there twice for more than one, and for less than two', () => {
    const angle = (text: string) => cosine(text, 'speech');
    expect(angle('speech speech translation')).toBeGreaterThan(angle('speech translation'));
    expect(embed('speech speech few few few')).not.toEqual(embed('speech few'));
    expect(angle('speech speech')).toBeCloseTo(1);
  });

  it('takes the whole of a joined word for a word beside its parts', () => {
    expect(cosine('few-shot', 'few shot fewshot')).toBeCloseTo(1);
    expect(cosine('few-shot', 'few shot')).toBeLessThan(0.99);
  });

  it('tells unknown words apart by their letters, in any script', () => {
    expect(cosine('zyzzyva', 'zyzzyvas')).toBeCloseTo(1);
    for (const [one, other] of [
      ['zyzzyva', 'zyzzyvb'],
      ['学', '习'],
      ['γλώσσα', 'язык'],
    ] as const) {
      expect(Math.abs(cosine(one, other))).toBeLessThan(0.3);
    }
  });

  it('knows no unknown words where they have no length', () => {
    const deaf = createStaticEmbedder(modelOf(['speech'], { unknownScale: 0 }), kernels);
    expect(new Set(deaf.embed('zyzzyva'))).toEqual(new Set([0]));
    expect(deaf.embed('zyzzyva speech')).toEqual(deaf.embed('speech'));
  });

  it('does not change when another model read another text in between', () => {
    const before = embed('speech translation zyzzyva');
    const other = createStaticEmbedder(modelOf([...TERMS].reverse()), kernels);
    const again = createStaticEmbedder(MODEL, kernels);
    expect(other.embed('speech translation')).not.toEqual(embed('speech translation'));
    again.embed('entirely different');
    expect(embed('speech translation zyzzyva')).toEqual(before);
  });

  it('is the same in another thread, which gets the model and not a copy', () => {
    const posted = structuredClone(MODEL);
    expect(createStaticEmbedder(posted, kernels).embed('few translations')).toEqual(
      embed('few translations'),
    );
    const [first] = MODEL.rows;
    posted.rows[0] = 77;
    expect(MODEL.rows[0]).toBe(77);
    posted.rows[0] = first as number;
  });

  it('is the same on every machine, to the last bit', () => {
    const hash = createHash('sha256');
    for (const text of [
      'Über few-shot speech-to-speech translation: the GPT-4 case, GPT-4 and GPT-4',
      'A $\\beta$-VAE for 深層学習, and 42 résumés at 2,000 tokens',
      'speech '.repeat(2_000),
    ]) {
      hash.update(bytesOf(embed(text)));
    }
    expect(hash.digest('hex').slice(0, 16)).toBe('f604e5dad3cc8062');
  });
});

describe('any text', () => {
  const word = fc.oneof(
    fc.constantFrom(...WORDS, 'THE', 'speeches', 'of', 'gpt-4', 'w1', 'w2', 'w3'),
    fc.nat(3_000).map((number) => `w${number}`),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  // Some have more terms than are added up at a time, and more unknown ones.
  const text = fc.tuple(fc.array(word, { size: '+1' }), fc.nat(1_200)).map(([words, more]) => {
    return `${words.join(' ')} ${Array.from({ length: more }, (_, at) => `w${at}`).join(' ')}`;
  });
  const known = Array.from({ length: 900 }, (_, at) => `w${at * 3}`);
  const model = modelOf([...TERMS, ...known], { unknownScale: 0.7 });
  const compiled = createStaticEmbedder(model, kernels);
  const plain = createStaticEmbedder(model);

  it('has the same vector with and without kernels, to the last bit', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(bytesOf(compiled.embed(one))).toEqual(bytesOf(plain.embed(one)));
      }),
    );
  });

  it('has the same vector where rows fill the room for them and unknown words follow', () => {
    const unknown = Array.from({ length: 40 }, (_, at) => `x${at}`);
    for (const count of [511, 512, 513, 900]) {
      const one = [...known.slice(0, count), ...unknown].join(' ');
      expect(bytesOf(compiled.embed(one))).toEqual(bytesOf(plain.embed(one)));
    }
  });

  it('has the vector that the sum of its terms means', () => {
    fc.assert(
      fc.property(text, (one) => {
        const vector = plain.embed(one);
        const expected = plainVector(model, one);
        const farthest = Math.max(
          ...expected.map((value, at) => Math.abs(value - (vector[at] as number))),
        );
        expect(farthest).toBeLessThan(1e-5);
      }),
      { numRuns: 50 },
    );
  });

  it('of a megabyte is read like others', () => {
    const long = Array.from({ length: 150_000 }, (_, at) => `x${at}`).join(' ');
    const vector = compiled.embed(long);
    expect(vector.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1);
    expect(compiled.embed('w3')).toEqual(plain.embed('w3'));
  });
});

describe('the rooms in which threads add up', () => {
  it('are taken once by each thread', () => {
    const model = allocateRows(3);
    expect(roomOf(model)).toEqual(roomOf(model));
  });

  it('may be all taken, and then a thread does without', () => {
    const model = modelOf(TERMS);
    const other = 1_000;
    new Int32Array(model.memory.buffer, 0, 128).fill(other);
    expect(roomOf(model)).toBeUndefined();
    expect(createStaticEmbedder(model, kernels).embed('few shots')).toEqual(embed('few shots'));
  });
});

it('a model has no more rows than there are addresses for', () => {
  for (const count of [-1, 0.5, 2_097_153]) expect(() => allocateRows(count)).toThrow(RangeError);
});
