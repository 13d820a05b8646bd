/** The beginning of an abstract, as much as a list shows of it. */

/** Words whose full stop does not end a sentence. */
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|et al|etc|vs|cf|resp|approx|fig|figs|eq|eqs|sec|no|dr|prof|st|w\.r\.t|a\.k\.a|[A-Z])\.$/i;

const SENTENCE_END = /[.!?]["'”’)\]]*\s+(?=["'“‘([$\\<]?[\p{Lu}\p{N}$\\<])/gu;

/** Mathematics and elements: a text may not be cut inside of them. */
const WHOLE = /\$\$.+?\$\$|\$[^$\s][^$]*\$|\\\(.+?\\\)|\\\[.+?\\\]|<(\w+)>.*?<\/\1>/gs;

/**
 * The first sentences of a text, in its own spelling.
 *
 * @param sentences - how many at most
 * @param longest - in characters; a text whose first sentence is longer is cut between words
 */
export function firstSentences(text: string, sentences: number, longest: number): string {
  // What stands further on cannot be part of the answer.
  const near = text.slice(0, longest * 2);
  const masked = near.replace(WHOLE, (whole) => 'x'.repeat(whole.length));
  let end = 0;
  let count = 0;
  for (const match of masked.matchAll(SENTENCE_END)) {
    if (ABBREVIATION.test(masked.slice(Math.max(0, match.index - 12), match.index + 1))) continue;
    const sentenceEnd = match.index + match[0].trimEnd().length;
    if (sentenceEnd > longest) break;
    end = sentenceEnd;
    count += 1;
    if (count === sentences) break;
  }
  if (count < sentences && text.length <= longest) return text;
  if (end > 0) return near.slice(0, end);
  if (near.length <= longest) return near;
  return cutBetweenWords(near, masked, longest);
}

/** A text of one line, cut between words where it is longer than so many characters. */
export function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : cutBetweenWords(text, text, longest);
}

function cutBetweenWords(text: string, masked: string, longest: number): string {
  const blank = masked.lastIndexOf(' ', longest);
  return `${text.slice(0, blank > 0 ? blank : longest)} …`;
}
