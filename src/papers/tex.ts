/**
 * TeX as plain text, as far as titles, names and abstracts use it: accents become letters,
 * commands their contents, quotes and dashes their signs. Mathematics keeps its words
 * (`$\alpha$-entmax` → `α-entmax`), since people search for them; the pages typeset it instead.
 */

/** Combining characters of TeX's accent commands (The TeXbook, chapter 9). */
const ACCENTS: Readonly<Record<string, string>> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '=': '\u0304',
  u: '\u0306',
  '.': '\u0307',
  '"': '\u0308',
  r: '\u030a',
  H: '\u030b',
  v: '\u030c',
  d: '\u0323',
  c: '\u0327',
  k: '\u0328',
};

const LETTERS: Readonly<Record<string, string>> = {
  aa: 'å',
  AA: 'Å',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  o: 'ø',
  O: 'Ø',
  l: 'ł',
  L: 'Ł',
  ss: 'ß',
  i: 'i',
  j: 'j',
  dh: 'ð',
  DH: 'Ð',
  th: 'þ',
  TH: 'Þ',
  ng: 'ŋ',
  NG: 'Ŋ',
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  varepsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  iota: 'ι',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  phi: 'φ',
  varphi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  Gamma: 'Γ',
  Delta: 'Δ',
  Theta: 'Θ',
  Lambda: 'Λ',
  Xi: 'Ξ',
  Pi: 'Π',
  Sigma: 'Σ',
  Phi: 'Φ',
  Psi: 'Ψ',
  Omega: 'Ω',
  ell: 'ℓ',
  infty: '∞',
  times: '×',
  cdot: '·',
  sim: '~',
  approx: '≈',
  pm: '±',
  le: '≤',
  leq: '≤',
  ge: '≥',
  geq: '≥',
  neq: '≠',
  to: '→',
  rightarrow: '→',
  in: '∈',
  ldots: '…',
  dots: '…',
  textendash: '–',
  textemdash: '—',
  textquoteright: '’',
  deg: '°',
};

const ACCENT_COMMAND =
  /\\(?:([`'^~=".])|([uvHdckr])(?![A-Za-z]))\s*(?:\{\s*(\\?[A-Za-z])\s*\}|(\\?[A-Za-z]))/g;

/** Plain text; what has no TeX comes back as it is, so it is safe to apply twice. */
export function texToText(text: string): string {
  if (!/[\\${}~`]|--|''/.test(text)) return text;
  return text
    .replace(ACCENT_COMMAND, (_, sign, letter, braced, bare) => {
      const base: string = (braced ?? bare).replace('\\', '');
      return `${base}${ACCENTS[sign ?? letter]}`.normalize('NFC');
    })
    .replace(/\\([A-Za-z]+)\*?[ \t]*(?=\{)/g, (_, name: string) => LETTERS[name] ?? '')
    .replace(/\\([A-Za-z]+)(?:\{\}|( ))?/g, (_, name: string, blank = '') => {
      const letter = LETTERS[name] ?? ' ';
      // The blank only ends the command's name: `S\o ren` is one word. Signs keep theirs.
      return /\p{Script=Latin}/u.test(letter) ? letter : letter + blank;
    })
    .replace(/\\([%&#_$ ])/g, '$1')
    .replace(/[{}]/g, '')
    .replace(/\\[,;:!()[\]]/g, ' ')
    .replace(/\$+/g, '')
    .replace(/``|''/g, '"')
    .replace(/---/g, '—')
    .replace(/(?<=\S)--(?=\S)/g, '–')
    .replace(/(?<=\S)~(?=\S)/g, ' ')
    .replace(/[ \t]{2,}/g, ' ')
    .trim();
}
