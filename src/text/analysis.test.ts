import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse, analyseByExpression, isStopWord, termOf, visitTokens } from './analysis.js';
import type { WordEntry } from './word-cache.js';

const termsOf = (text: string) => analyse(text).map(({ term }) => term);
const wordsOf = (text: string) => analyse(text).map(({ word }) => word);

/** Tokens as the text they stand in, at their positions: `few@0`. */
const placed = (text: string) =>
  analyse(text).map(({ position, start, end }) => `${text.slice(start, end)}@${position}`);

describe('words and terms', () => {
  it('are without case and accents', () => {
    expect(wordsOf('Gödel, ERDŐS, Łukasz, naïve, Straße')).toEqual([
      'godel',
      'erdos',
      'lukasz',
      'naive',
      'strasse',
    ]);
  });

  it('bring the forms of a word together', () => {
    expect(new Set(termsOf('model models modelling modeled'))).toEqual(new Set(['model']));
    expect(termOf('matrices')).toBe(termOf('matrix'));
    expect(termOf('embed')).toBe(termOf('embeddings'));
  });

  it('keep words apart that share a root but not a meaning', () => {
    expect(termOf('generative')).not.toBe(termOf('general'));
  });

  it('take compatible characters for the plain ones', () => {
    expect(wordsOf('ﬁne R² 𝐱')).toEqual(['fine', 'r2', 'x']);
  });

  it('leave out the possessive', () =>
    expect(placed("Adam's model")).toEqual(['Adam@0', 'model@1']));

  it('keep numbers whole', () => {
    expect(wordsOf('2,000 papers, 3.5 bits. 1,2')).toEqual([
      '2000',
      'papers',
      '3.5',
      'bits',
      '1',
      '2',
    ]);
  });

  it('take every character of a script without blanks for a word', () => {
    expect(placed('用BERT学习')).toEqual(['用@0', 'BERT@1', '学@2', '习@3']);
  });

  it('cannot be mistaken for the members of an object', () => {
    expect(wordsOf('constructor toString')).toEqual(['constructor', 'tostring']);
  });

  it('tell stop words from others', () => {
    expect(['the', 'of', 'few', 'not'].filter(isStopWord)).toEqual(['the', 'of']);
  });
});

describe('a joined word', () => {
  it('counts in parts and as a whole, which has the place of the first part', () => {
    expect(placed('few-shot learning')).toEqual(['few@0', 'few-shot@0', 'shot@1', 'learning@2']);
    expect(termsOf('few-shot')).toContain(termOf('fewshot'));
  });

  it.each([
    ['GPT-4', 'gpt4'],
    ['GPT-3.5', 'gpt3.5'],
    ['R^2', 'r2'],
    ['$BT^{2}$', 'bt2'],
    ['E(n)', 'en'],
    ['x_i', 'xi'],
    ['O’Brien', 'obrien'],
    ['$k$-NN', 'knn'],
    ['non‑linear', 'nonlinear'],
  ])('is made of %s', (text, whole) => expect(wordsOf(text)).toContain(whole));

  it('is not made by dashes, brackets after words, or blanks', () => {
    expect(wordsOf('deep--learning, attention (n) a - b')).toEqual([
      'deep',
      'learning',
      'attention',
      'n',
      'a',
      'b',
    ]);
  });

  it('is cut where it is over-long, but through no character', () => {
    const [word = ''] = wordsOf(`a-${'\u{10400}'.repeat(40)}`).slice(1);
    expect(word).toHaveLength(63);
    expect(word.isWellFormed()).toBe(true);
  });

  it('is not made of lists', () => {
    expect(wordsOf('1-2-3-4-5-6-7')).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });
});

describe('TeX and HTML', () => {
  it('give the words that they show', () => {
    expect(
      wordsOf(String.raw`G\"odel Erd\H{o}s {\"U}ber Stra\ss e \textbf{E}fficient {BERT}`),
    ).toEqual(['godel', 'erdos', 'uber', 'strasse', 'efficient', 'bert']);
  });

  it('make a Greek letter and its name one', () => {
    const written = [String.raw`$\beta$-VAE`, 'β-VAE', 'beta-VAE', String.raw`\beta-VAE`];
    expect(new Set(written.map((text) => wordsOf(text).join()))).toEqual(
      new Set(['beta,betavae,vae']),
    );
  });

  it('lose their commands, tags and entities', () => {
    expect(wordsOf(String.raw`H<sub>2</sub>O &amp; $n \leq \mathcal{O}(m)$`)).toEqual([
      'h2o',
      'n',
      'o',
      'm',
    ]);
  });

  it('leave the places of words in the text as it was given', () => {
    expect(placed(String.raw`by \"Ozg\"ur`)).toEqual(['by@0', String.raw`\"Ozg\"ur@1`]);
  });
});

describe('any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          'few',
          '-',
          ' ',
          '$',
          '{',
          '}',
          '\\alpha',
          '\\"',
          "'s",
          '(',
          ')',
          '^',
          '习',
        ),
      )
      .map((pieces) => pieces.join('')),
  );

  /** What the scanner reads by itself, what it must leave to the expression, and both in touch. */
  const anySigns = fc
    .array(
      fc.oneof(
        fc.constantFrom(..."aBsSé3 .,-^_()'’{$}&<\\—ßα习²\u0301\u00adʼ‐"),
        fc.constantFrom('few', ' 12', '500', '1000', '(n)', "'s", '\\"', '\\ss ', '\\beta', '\\H{'),
        fc.constantFrom(
          '&amp;',
          '<b>',
          '\u{10400}',
          '(\u{10400}\u{10400})',
          '².5',
          '𝐱',
          '\ud835',
          'İ',
          'x'.repeat(64),
        ),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join(''));

  it('gives what the expression alone gives', () => {
    fc.assert(
      fc.property(fc.oneof(anySigns, anyText), (text) => {
        expect(analyse(text)).toEqual(analyseByExpression(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('shows each token as it would give it, also to who reads another text meanwhile', () => {
    fc.assert(
      fc.property(anySigns, anySigns, (text, other) => {
        const shown: unknown[] = [];
        const visit = ({ word, term }: WordEntry, position: number, isJoined: boolean) => {
          shown.push({ word, term, position, isJoined });
          analyse(other);
        };
        visitTokens(text, visit);
        expect(analyse(text)).toMatchObject(shown);
      }),
    );
  });

  it('gives tokens in order, each standing in the text, their positions without a gap', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let position = -1;
        for (const token of analyse(text)) {
          expect(token.term).not.toBe('');
          expect(token.start).toBeLessThan(token.end);
          expect(token.end).toBeLessThanOrEqual(text.length);
          expect(token.position).toBe(token.isJoined ? position : position + 1);
          position = token.position;
        }
      }),
    );
  });

  it('gives the same words in any case', () => {
    const plain = fc.stringMatching(/^[a-z0-9 .,'()-]{0,40}$/);
    fc.assert(
      fc.property(plain, (text) => {
        expect(wordsOf(text.toUpperCase())).toEqual(wordsOf(text));
      }),
    );
  });
});
