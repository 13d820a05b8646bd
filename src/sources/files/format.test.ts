import { expect, it } from 'vitest';
import { detectFormat } from './format.js';

const ABSTRACT = 'We sort letters by topic, and measure how well it is done. '.repeat(6);

it.each([
  ['one object a line', ['{"title": "Letters"}'], 'jsonl'],
  ['one object a line, the first ones broken', ['"title": "Letters"}', ' {"title"'], 'jsonl'],
  ['a page with its header', ['new', 'Subscribe', 'Letters', ABSTRACT], 'listing'],
  ['a page whose button is glued', ['Get trending papers', 'SubscribeLetters'], 'listing'],
  ['a page without its header', ['[Re] Letters, Sorted, by Topic', ABSTRACT], 'listing'],
  ['nothing', [], undefined],
  ['prose', ['Dear Jane,', 'how are you?'], undefined],
  ['JSON in one piece', ['[', '  {"title": "Letters"},'], undefined],
  ['BibTeX', ['@article{letters,', '  title = {Letters},'], undefined],
  ['a table', ['id,title,abstract', `1,Letters,${ABSTRACT}`], undefined],
  ['a table with tabs', ['id\ttitle', `1\tLetters\t${ABSTRACT}`], undefined],
  ['XML', ['<?xml version="1.0"?>', `<feed>${ABSTRACT}`], undefined],
  ['UTF-16 without its mark', ['{\0"\0t\0i\0t\0l\0e\0"\0'], undefined],
] as const)('%s', (_, lines, format) => expect(detectFormat(lines)).toBe(format));
