/** Which alphabets a word is written in: letters of two that look alike deceive. */

const SCRIPTS: readonly (readonly [name: string, letters: RegExp])[] = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Arabic',
  'Hebrew',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Telugu',
  'Thai',
  'Georgian',
  'Armenian',
  'Ethiopic',
].map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')]);

/** Japanese and Korean write one word in several. */
const WRITTEN_TOGETHER = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Hangul'],
];

/** Alphabets that share the shapes of many letters. */
const LOOK_ALIKES = ['Latin', 'Cyrillic', 'Greek'];

/** The scripts of the letters of a text; one that we do not list is `other`. */
export function scriptsOf(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const letter of text.match(/\p{L}/gu) ?? []) {
    found.add(SCRIPTS.find(([, letters]) => letters.test(letter))?.[0] ?? 'other');
  }
  return found;
}

/** Whether a text is written in one script, or in those that a language writes together. */
export function isOfOneScript(text: string): boolean {
  const found = scriptsOf(text);
  if (found.has('other')) return false;
  return (
    found.size <= 1 || WRITTEN_TOGETHER.some((together) => found.isSubsetOf(new Set(together)))
  );
}

/** Whether letters of two alphabets that look alike stand in one word: `Pаul` with a Cyrillic а. */
export function mixesLookAlikes(text: string): boolean {
  return text.split(/[^\p{L}\p{M}]+/u).some((word) => {
    const found = scriptsOf(word);
    return LOOK_ALIKES.filter((script) => found.has(script)).length > 1;
  });
}
