/** Texts in batches, each of which is one request. */

/** How large a batch may be. */
export type BatchLimits = {
  readonly mostTexts: number;
  /** In UTF-16 units; a longer text is a batch of its own. */
  readonly mostCharacters: number;
};

/** All texts in their order, in as few batches as filling one after the other gives. */
export function batchesOf(
  texts: readonly string[],
  { mostTexts, mostCharacters }: BatchLimits,
): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const text of texts) {
    const last = batches.at(-1);
    characters += text.length;
    if (last && last.length < mostTexts && characters <= mostCharacters) {
      last.push(text);
    } else {
      batches.push([text]);
      characters = text.length;
    }
  }
  return batches;
}
