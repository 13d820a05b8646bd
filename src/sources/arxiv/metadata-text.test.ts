import { describe, expect, it } from 'vitest';
import { codeLinks, saysWithdrawn, splitAuthors, unwrapped } from './metadata-text.js';

describe('the authors in one string', () => {
  it.each([
    ['Ada Stone, Boris Sand', ['Ada Stone', 'Boris Sand']],
    [String.raw`Andr\'e M\"uller, \O{}yvind {\AA}s`, ['André Müller', 'Øyvind Ås']],
    ['Samuel Carter, Jr., Li Wei', ['Samuel Carter Jr.', 'Li Wei']],
    ['Ivan, III', ['Ivan III']],
    ['Li Wei (Institute of Words, Far City), Ada Stone (A (B), C)', ['Li Wei', 'Ada Stone']],
    ['Wei (Vivian) Zhang', ['Wei (Vivian) Zhang']],
    [' , ', []],
  ])('are those of %j', (joined, names) => expect(splitAuthors(joined)).toEqual(names));
});

describe('code that a text names', () => {
  const urls = (text: string): string[] => codeLinks(text).map(({ url }) => url);

  it.each([
    ['See https://github.com/lab/tool.', ['https://github.com/lab/tool']],
    ['(github.com/lab/tool), (GitHub.com/lab/tool)', ['https://github.com/lab/tool']],
    [String.raw`\href{http://www.gitlab.com/a/b\_c}{code}`, ['https://gitlab.com/a/b_c']],
    [
      'https://huggingface.co/lab/model; codeberg.org/x/y/',
      ['https://huggingface.co/lab/model', 'https://codeberg.org/x/y'],
    ],
    ['https://github.com/ and https://notgithub.com/a/b', []],
    ['https://lab.github.io/tool and me@github.com/x', []],
  ])('in %j', (text, expected) => expect(urls(text)).toEqual(expected));
});

describe('a withdrawal', () => {
  it.each([
    ['This paper has been withdrawn by the authors.', ''],
    ['This submission was temporarily withdrawn', ''],
    ['We study strings.', 'This paper has been withdrawn due to an error in Lemma 2'],
    ['We study strings.', 'Withdrawn by arXiv administrators'],
    ['We study strings.', '12 pages; withdrawn by the author'],
  ])('is said by %j with the comment %j', (abstract, comment) => {
    expect(saysWithdrawn(abstract, comment)).toBe(true);
  });

  it.each([
    ['We ask why a drug has been withdrawn by its maker.', ''],
    ['This paper studies offers that were withdrawn.', '9 pages'],
  ])('is not said by %j', (abstract, comment) => {
    expect(saysWithdrawn(abstract, comment)).toBe(false);
  });
});

it('joins wrapped lines and keeps paragraphs', () => {
  expect(unwrapped('  one\n  two\n\n three\n')).toBe('one two\n\nthree');
});
