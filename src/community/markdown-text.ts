/**
 * Text of people, cleaned before it is stored: what cannot be seen goes, since it hides words
 * from readers and moderators or turns them around; what Markdown needs stays, blanks at the
 * beginning of a line above all.
 */

/**
 * Control characters but line ends and tabs, signs that reverse the direction of writing, blanks
 * and joiners without width (but the two that scripts and emoji need), fillers, tags.
 */
const INVISIBLE =
  /(?![\n\t])\p{Cc}|\u034f|\u17b4|\u17b5|[\u00ad\u061c\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e007f}]/gu;

/** No script puts more signs on one letter; heaps of them cover the lines around. */
const MOST_MARKS = 8;

const HEAP_OF_MARKS = new RegExp(`(\\p{M}{${MOST_MARKS}})\\p{M}+`, 'gu');

/** Something that leaves ink. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** The same text in one spelling, without what cannot be seen. */
export function cleanMarkdown(text: string): string {
  return withoutInvisibles(
    text
      .toWellFormed()
      .normalize('NFC')
      .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n'),
  )
    .replace(/(?![\n\t])[\p{Zs}]/gu, ' ')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{4,}/g, '\n\n\n')
    .replace(/^\n+|\s+$/g, '');
}

/** A text without what cannot be seen: also for what an entity (`&#8238;`) has become. */
export function withoutInvisibles(text: string): string {
  return text.replace(INVISIBLE, '').replace(HEAP_OF_MARKS, '$1');
}

export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}
