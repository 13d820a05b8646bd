import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_BIBTEX, looksLikeBibtex, parseBibtex } from './bibtex-entry.js';
import { splitNames } from './bibtex-names.js';

function entry(text: string) {
  const result = parseBibtex(text);
  if ('reason' in result) throw new RangeError(result.reason);
  return result;
}

function reason(text: string): string {
  const result = parseBibtex(text);
  return 'reason' in result ? result.reason : 'none';
}

describe('An entry of BibTeX', () => {
  test('gives its title with formulas, and its authors in reading order', () => {
    const { raw, arxivId } = entry(`
      % from a list
      @article{ruiz2026,
        title = {Attention {I}s Not All: the case of $\\alpha_2$ and {\\"U}berfitting},
        author = "Ruiz, Ana and Jan van der Berg and {The Long Team, Inc.} and others",
        journal = {Journal of {Small} Models},
        year = 2026, month = nov,
        abstract = {We gain 3\\% on it --- at last.},
        url = {https://papers.example.org/ruiz},
      }`);
    expect(raw).toMatchObject({
      title: 'Attention Is Not All: the case of $\\alpha_2$ and Überfitting',
      authors: ['Ana Ruiz', 'Jan van der Berg', 'The Long Team, Inc.'],
      venue: 'Journal of Small Models',
      published: '2026-11',
      links: [{ kind: 'page', url: 'https://papers.example.org/ruiz' }],
    });
    expect(raw.abstract).toContain('3% on it');
    expect(arxivId).toBeUndefined();
  });

  test.each([
    ['@misc{a, title={T}, eprint={2611.01234}, archivePrefix={arXiv}}'],
    ['@misc{a, title={T}, eprint={arXiv:2611.01234v2}}'],
    ['@article{a, title={T}, journal={arXiv preprint arXiv:2611.01234}, year={2026}}'],
    [
      '@article{a, title={T}, journal={CoRR}, volume={abs/2611.01234}, url={https://arxiv.org/abs/2611.01234}}',
    ],
    ['@article{a, title={T}, doi={10.48550/arXiv.2611.01234}}'],
  ])('tells its arXiv number, wherever it stands: %s', (text) => {
    expect(entry(text).arxivId).toBe('2611.01234');
  });

  test('tells its DOI, underscores escaped or not', () => {
    expect(entry('@a{b, title={T}, doi={10.1007/978-3\\_4}}').doi).toBe('10.1007/978-3_4');
    expect(entry('@a{b, title={T}, url={https://doi.org/10.1145/3292500}}').doi).toBe(
      '10.1145/3292500',
    );
  });

  test.each([
    ['a text without an entry', 'Attention is all you need'],
    ['nothing', '@'],
    ['an entry that never ends', '@article{a, title={T'],
    ['a string alone', '@string{x = {y}}'],
    ['thousands of braces', `@a{b, title={${'{'.repeat(9_000)}${'}'.repeat(9_000)}}}`],
    ['a field without a value', '@a{b, title=}'],
    ['equals without end', `@a{b${'='.repeat(15_000)}}`],
  ])('is refused in words where it is %s', (_, text) => {
    expect(reason(text)).toMatch(/BibTeX/);
  });

  test('is one at a time, and not too long', () => {
    expect(reason('@a{b, title={T}}\n@a{c, title={U}}')).toMatch(/several entries/);
    expect(reason(`@a{b, title={${'x'.repeat(LONGEST_BIBTEX)}}}`)).toMatch(/at most 20000/);
  });

  test('does not remember the strings of the one before', () => {
    entry('@string{secret = {another person’s}}\n@a{b, title={T}}');
    expect(entry('@a{b, title=secret}').raw.title).toBe('');
  });

  test('never lets fields named after parts of the language through', () => {
    const { raw } = entry('@a{__proto__, __proto__={x}, constructor={y}, toString={z}, title={T}}');
    expect(raw.title).toBe('T');
  });

  test('is read or refused, whatever stands in it, and never thrown', () => {
    const sign = fc.constantFrom('{', '}', '"', '@', ',', '=', '#', '\\', '$', '%', '\n', 'a', ' ');
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 60 }), (signs) => {
        const text = `@article{k, title={T}, ${signs.join('')}}`;
        expect(() => parseBibtex(text)).not.toThrow();
      }),
    );
  });
});

describe('A field of names', () => {
  test.each([
    ['Ana Ruiz', ['Ana Ruiz']],
    ['Ruiz, Ana and Noam B', ['Ana Ruiz', 'Noam B']],
    ['van der Berg, Jr, Jan', ['Jan van der Berg Jr']],
    ['{Barnes and Noble}', ['{Barnes and Noble}']],
    ['A and and B', ['A', 'and B']],
    ['Sand, A.\n and B', ['A. Sand', 'B']],
    ['', []],
  ])('%j is read as %j', (field, names) => {
    expect(splitNames(field)).toEqual(names);
  });
});

test('Only what begins like an entry is taken for one', () => {
  expect(looksLikeBibtex('  @Article{x,')).toBe(true);
  expect(looksLikeBibtex('@ana said {x}')).toBe(false);
  expect(looksLikeBibtex('2611.01234')).toBe(false);
});
