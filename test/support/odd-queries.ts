/** What people and programs type, paste and try: from plain words to what no keyboard has. */

import fc from 'fast-check';

/** The query language, well formed and not. */
const LANGUAGE = [
  ...['title:', 'AUTHOR:', 'abstract:', 'cat:', 'id:', 'is:', 'has:', 'after:', 'before:', 'no:'],
  ...['"', '“', '”', '«', '»', '""', '-', '--', ' -', ':', '::', ',', ' '],
  ...['cs.CL', 'cs.*', 'withdrawn', 'code', '2025', '2025-02-30', '2025-13', '-1', '99999-01'],
  ...['arxiv:2303.01234v2', '10.1000/xyz', 'https://arxiv.org/abs/cs/0112017', 'www.', 'doi:'],
];

const WORDS = [
  ...['neural', 'Transformer', 'the', 'of', 'few-shot', 'state-of-the-art', 'GPT-4', 'E(n)'],
  ...["Adam's", "l'homme", 'O’Brien', '3.5', '2,000', '1,0,0', 'word2vec', 'x'.repeat(70), 'a'],
  ...['Gödel', 'naïve', 'İstanbul', 'Straße', 'ﬁne', '²', '𝐱', '\u{10400}', 'β-VAE', '学习', 'の'],
];

const MARKUP = [
  ...['\\', '\\"', "\\'", '\\H{', '\\textbf{', '\\alpha', '\\ss ', '{', '}', '}{', '$', '$$'],
  ...['^', '_', '&', '&amp;', '&#12;', '<', '<b>', '</sub>', '(', ')', '((', "'", '’', '`', '*'],
];

const CHARACTERS = [
  ...['\u0000', '\u0007', '\t', '\n', '\r\n', '\u00a0', '\u00ad', '\u0301', '\u200b', '\u200d'],
  ...[
    '\u202e',
    '\u2066',
    '\ufeff',
    '\ufffd',
    '\ud835',
    '\udc31',
    '👩‍👩‍👧',
    '‐',
    '—',
    '…',
    '%',
    '%00',
  ],
  ...["' or 1=1 --", '<script>', '../../etc/passwd', '{{7*7}}', '[a-z]*', '(a+)+$', '\u0e33'],
];

const piece: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 3, arbitrary: fc.constantFrom(...LANGUAGE) },
  { weight: 2, arbitrary: fc.constantFrom(...MARKUP) },
  fc.constantFrom(...CHARACTERS),
  fc.constantFrom(' ', '  '),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const row: fc.Arbitrary<string> = fc
  .array(piece, { maxLength: 14 })
  .map((pieces) => pieces.join(''));

/** Any text as a query, of up to some thousand characters. */
export const oddQuery: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: row },
  fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' ')),
  // What makes a reader go back again and again, if anything does.
  fc.tuple(row, fc.integer({ min: 2, max: 1_200 })).map(repeated),
  fc.tuple(piece, piece, fc.integer({ min: 2, max: 1_200 })).map(([one, other, times]) => {
    return one + repeated([other, times]) + one;
  }),
);

function repeated([text, times]: readonly [string, number]): string {
  return text.repeat(times).slice(0, 3_000);
}
