import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TermInformation } from './information.js';
import { keywordsOf, keywordsOfPapers } from './keywords.js';

const ALIKE: TermInformation = () => 1;

/** Tells nothing of the words that stand in every abstract. */
const telling: TermInformation = (term) =>
  ['propos', 'result', 'method', 'show'].includes(term) ? 0.2 : 1;

function keywordsIn(abstract: string, title = '', information = telling): string[] {
  return keywordsOf({ title, abstract }, information).map(({ text }) => text);
}

describe('the keywords of a paper', () => {
  it('are phrases that stand together, rather than their words one by one', () =>
    expect(keywordsIn('A language model reads. Each language model, again, writes.')[0]).toBe(
      'language model',
    ));

  it('leave out stop words, numbers, single letters and what tells nothing', () =>
    expect(keywordsIn('We propose the method of x and 42, and results show it.')).toEqual([]));

  it('leave out formulas, addresses and tags', () =>
    expect(keywordsIn('In https://code.example/parser, $\\alpha_{max} loss$ and <b>.')).toEqual(
      [],
    ));

  it('are written as readers write them', () => {
    expect(keywordsIn('Parsers win. All parsers do; one parser.', 'Parsers')).toEqual(
      expect.arrayContaining(['parsers']),
    );
    expect(keywordsIn('Long DNA folds, and DNA copies.', 'Folding DNA')).toContain('DNA');
    expect(keywordsIn('About Schr\\"odinger operators.')).toContain('Schrödinger operators');
  });

  it('lose the capitals that only a title or a sentence gives them', () => {
    expect(keywordsIn('', 'Dense Passage Retrieval With GPT-4 and WordNet')).toEqual(
      expect.arrayContaining(['dense passage', 'WordNet']),
    );
    expect(keywordsIn('Retrieval is hard.')).toContain('retrieval');
  });

  it('hold together what a hyphen joins', () =>
    expect(keywordsIn('A few-shot learner learns.')).toContain('few-shot'));

  it('name a phrase of three words only if it is used again', () => {
    expect(keywordsIn('deep neural parser')).not.toContain('deep neural parser');
    expect(keywordsIn('deep neural parser; deep neural parser')).toContain('deep neural parser');
  });

  it('begin with what the title says and what is said often', () => {
    expect(keywordsIn('Apples. Pears.', 'Pears')[0]).toBe('pears');
    expect(keywordsIn('Apples. Pears, pears.')[0]).toBe('pears');
  });

  it('prefer what tells more', () => {
    const information: TermInformation = (term) => (term === 'hyperedg' ? 1.4 : 0.8);
    expect(keywordsIn('Graphs. Hyperedges. Nodes.', '', information)[0]).toBe('hyperedges');
  });

  it('take a bounded time, whatever the text', () => {
    for (const piece of ['word ', '$', '<a', '-', 'https://', '\\[', '. A ', 'é']) {
      keywordsIn(piece.repeat(200_000), piece.repeat(10_000));
    }
  });
});

it('every keyword stands in the text, without regard to case and blanks', () => {
  const words = fc.constantFrom('deep', 'Deep', 'parser', 'Parsers', 'BERT', 'of', '-', '.', '$x$');
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), fc.array(words), (title, abstract) => {
      const paper = { title: title.join(' '), abstract: abstract.join(' ') };
      const text = `${paper.title}\n${paper.abstract}`.toLowerCase();
      const found = keywordsOf(paper, ALIKE);
      for (const keyword of found) expect(text).toContain(keyword.text.toLowerCase());
      expect(new Set(found.map(({ terms }) => terms.join(' '))).size).toBe(found.length);
    }),
  );
});

describe('the keywords of several papers', () => {
  const papers = [
    { title: 'Parsing by tree search', abstract: 'Tree search finds trees for German.' },
    { title: 'A tree search for parsing', abstract: 'Our beam is narrow.' },
    { title: 'Parsing with attention', abstract: 'No tree at all.' },
  ];

  it('are those that more than one has', () => {
    const found = keywordsOfPapers(papers, ALIKE).map(({ text }) => text);
    expect(found).toEqual(expect.arrayContaining(['tree search', 'parsing']));
    expect(found).not.toContain('German');
  });

  it('leave out what was asked for', () => {
    const known = new Set(['pars']);
    const found = keywordsOfPapers(papers, ALIKE, { known }).map(({ text }) => text);
    expect(found).toContain('tree search');
    expect(found).not.toContain('parsing');
  });

  it('are none for a single paper', () =>
    expect(keywordsOfPapers(papers.slice(0, 1), ALIKE)).toEqual([]));
});
