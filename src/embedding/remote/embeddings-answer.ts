/**
 * What an embeddings service answers: the JSON of OpenAI's `POST /embeddings`, which many others
 * speak. It is read with suspicion, since a vector that is wrong is found nowhere, and a vector at
 * the wrong text is found everywhere.
 */

import { z } from 'zod';

/** Vectors in the order of the texts, or in a few words what was sent in place of them. */
export type ReadVectors =
  | { readonly vectors: readonly Float64Array[] }
  | {
      readonly flaw: string;
      /** Whether it may be an answer of which a part is missing. */
      readonly isTorn?: boolean;
    };

/** Below this, texts can hardly be told apart. */
const FEWEST_DIMENSIONS = 64;

/** Four times the largest that services offer. */
const MOST_DIMENSIONS = 16_384;

const BYTES_PER_VALUE = 4;

const ANSWER = z.object({
  data: z.array(
    z.object({
      index: z.int().optional(),
      // Services that were asked for numbers sometimes send 32-bit floats in base64.
      // Hundreds of thousands of numbers are not looked at twice: `areNumbers` does.
      embedding: z.union([z.custom<readonly unknown[]>(Array.isArray), z.string()]),
    }),
  ),
});

/** What services say when they refuse; some give the sentence alone. */
const REFUSAL = z.object({
  error: z.union([z.string(), z.object({ message: z.string() })]),
});

/** @param texts - how many were sent, of which each has a vector */
export function readVectors(json: string, texts: number): ReadVectors {
  const answer = parseJson(json);
  if (answer === undefined) return { flaw: 'something that is not JSON', isTorn: true };
  const parsed = ANSWER.safeParse(answer);
  if (!parsed.success) return { flaw: 'JSON that holds no embeddings' };
  const { data } = parsed.data;
  if (data.length !== texts) return { flaw: `${data.length} vectors for ${texts} texts` };
  const vectors: Float64Array[] = new Array(texts);
  for (const [position, { index = position, embedding }] of data.entries()) {
    if (index < 0 || index >= texts || vectors[index]) {
      return { flaw: 'vectors that are numbered wrongly' };
    }
    const vector = typeof embedding === 'string' ? fromBase64(embedding) : embedding;
    if (!areNumbers(vector)) return { flaw: 'a vector in which something is no number' };
    vectors[index] = new Float64Array(vector);
  }
  const flaw = flawIn(vectors);
  return flaw ? { flaw } : { vectors };
}

/** The sentence with which a service refuses, if it has one. */
export function readRefusal(body: string): string | undefined {
  const parsed = REFUSAL.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { error } = parsed.data;
  return typeof error === 'string' ? error : error.message;
}

function flawIn(vectors: readonly Float64Array[]): string | undefined {
  const dimensions = vectors[0]?.length ?? 0;
  if (vectors.some(({ length }) => length !== dimensions)) {
    return 'vectors of different lengths';
  }
  if (dimensions < FEWEST_DIMENSIONS || dimensions > MOST_DIMENSIONS) {
    return (
      `vectors of ${dimensions} numbers, ` +
      `and only ${FEWEST_DIMENSIONS} to ${MOST_DIMENSIONS} can be used`
    );
  }
  return undefined;
}

function areNumbers(values: readonly unknown[]): values is readonly number[] {
  return values.every(Number.isFinite);
}

function fromBase64(text: string): readonly number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / BYTES_PER_VALUE) }, (_, at) =>
    bytes.readFloatLE(at * BYTES_PER_VALUE),
  );
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
