/**
 * The letters of mathematics. `\mathbb{R}` and its kin become `mathvariant` attributes, which
 * browsers ignore (MathML Core, section 3.2.1.1 knows only `normal`): the reals would look like
 * any R. Unicode has a character for each such letter, and those are shown everywhere.
 *
 * Source: Unicode 16, "Mathematical Alphanumeric Symbols", U+1D400 to U+1D7FF.
 */

/** Where a variant's capitals, small letters and digits begin. */
type Alphabet = {
  readonly capitals: number;
  readonly small: number;
  readonly digits?: number;
};

const ALPHABETS: Readonly<Record<string, Alphabet>> = {
  bold: { capitals: 0x1d400, small: 0x1d41a, digits: 0x1d7ce },
  italic: { capitals: 0x1d434, small: 0x1d44e },
  'bold-italic': { capitals: 0x1d468, small: 0x1d482 },
  script: { capitals: 0x1d49c, small: 0x1d4b6 },
  fraktur: { capitals: 0x1d504, small: 0x1d51e },
  'double-struck': { capitals: 0x1d538, small: 0x1d552, digits: 0x1d7d8 },
  'bold-fraktur': { capitals: 0x1d56c, small: 0x1d586 },
  'sans-serif': { capitals: 0x1d5a0, small: 0x1d5ba, digits: 0x1d7e2 },
  'bold-sans-serif': { capitals: 0x1d5d4, small: 0x1d5ee, digits: 0x1d7ec },
  'sans-serif-italic': { capitals: 0x1d608, small: 0x1d622 },
  monospace: { capitals: 0x1d670, small: 0x1d68a, digits: 0x1d7f6 },
};

/** Letters that Unicode had before the others, and did not encode again. */
const OLDER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  italic: { h: 'ℎ' },
  script: {
    B: 'ℬ',
    E: 'ℰ',
    F: 'ℱ',
    H: 'ℋ',
    I: 'ℐ',
    L: 'ℒ',
    M: 'ℳ',
    R: 'ℛ',
    e: 'ℯ',
    g: 'ℊ',
    o: 'ℴ',
  },
  fraktur: { C: 'ℭ', H: 'ℌ', I: 'ℑ', R: 'ℜ', Z: 'ℨ' },
  'double-struck': { C: 'ℂ', H: 'ℍ', N: 'ℕ', P: 'ℙ', Q: 'ℚ', R: 'ℝ', Z: 'ℤ' },
};

const VARIANT = /<(m[ino]|mtext)([^>]*?) mathvariant="([a-z-]+)"([^>]*)>([^<]*)</g;

/** A formula's MathML with its letters as characters, where there are such characters. */
export function withMathLetters(markup: string): string {
  return markup.replace(
    VARIANT,
    (whole, element: string, before: string, variant: string, after: string, text: string) => {
      const alphabet = ALPHABETS[variant];
      if (!alphabet) return whole;
      const letters = text.replace(/&\w+;|[A-Za-z0-9]/g, (each) =>
        each.length > 1 ? each : mathLetter(each, variant, alphabet),
      );
      // `normal` keeps browsers from slanting a letter on its own.
      const upright = element === 'mi' ? ' mathvariant="normal"' : '';
      return `<${element}${before}${upright}${after}>${letters}<`;
    },
  );
}

function mathLetter(character: string, variant: string, alphabet: Alphabet): string {
  const older = OLDER[variant]?.[character];
  if (older) return older;
  const code = character.charCodeAt(0);
  if (code >= 0x61) return String.fromCodePoint(alphabet.small + code - 0x61);
  if (code >= 0x41) return String.fromCodePoint(alphabet.capitals + code - 0x41);
  return alphabet.digits ? String.fromCodePoint(alphabet.digits + code - 0x30) : character;
}
