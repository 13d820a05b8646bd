import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_COMMENT } from './comment.js';
import { parseMarkdown } from './markdown.js';
import { excerpt } from './markdown-plain.js';
import { cleanMarkdown, isVisible } from './markdown-text.js';
import type { Block, Inline } from './markdown-tree.js';

/** The blocks of a text as short words: `p(…)`, `quote[…]`. */
function outline(text: string): string {
  return blocksOutline(parseMarkdown(cleanMarkdown(text)).blocks);
}

function blocksOutline(blocks: readonly Block[]): string {
  return blocks.map(blockOutline).join(' ');
}

function blockOutline(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `p(${inlinesOutline(block.children)})`;
    case 'heading':
      return `h(${inlinesOutline(block.children)})`;
    case 'quote':
      return `quote[${blocksOutline(block.blocks)}]`;
    case 'list':
      return `${block.start ?? 'list'}[${block.items.map(blocksOutline).join(' | ')}]`;
    case 'code':
      return `code(${block.text})`;
    case 'formula':
      return `formula(${block.tex})`;
    case 'rule':
      return 'rule';
  }
}

function inlinesOutline(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      switch (inline.kind) {
        case 'text':
          return inline.text;
        case 'code':
          return `\`${inline.text}\``;
        case 'math':
          return inline.isDisplay ? `$$${inline.tex}$$` : `$${inline.tex}$`;
        case 'break':
          return '/';
        case 'link':
          return `<${inlinesOutline(inline.children)}→${inline.url}>`;
        case 'mention':
          return `@(${inline.name})`;
        case 'paper':
          return `paper(${inline.arxivId})`;
        default:
          return `${inline.kind}(${inlinesOutline(inline.children)})`;
      }
    })
    .join('');
}

/** How deep blocks and inlines stand in each other. */
function depth(nodes: readonly (Block | Inline)[]): number {
  return Math.max(0, ...nodes.map((node) => 1 + depth(childrenOf(node))));
}

function childrenOf(node: Block | Inline): readonly (Block | Inline)[] {
  if ('children' in node) return node.children;
  if ('blocks' in node) return node.blocks;
  return 'items' in node ? node.items.flat() : [];
}

describe('Markdown', () => {
  it.each([
    ['plain words', 'p(plain words)'],
    ['**bold** and *slanted*', 'p(strong(bold) and emphasis(slanted))'],
    ['~~gone~~', 'p(struck(gone))'],
    ['one\ntwo', 'p(one/two)'],
    ['one\n\ntwo', 'p(one) p(two)'],
    ['`a < b`', 'p(`a < b`)'],
    ['```js\nlet a;\n```', 'code(let a;)'],
    ['> said\n\nindeed', 'quote[p(said)] p(indeed)'],
    ['- a\n- b', 'list[p(a) | p(b)]'],
    ['3. a\n4. b', '3[p(a) | p(b)]'],
    ['# Loud', 'h(Loud)'],
    ['a\n---\nb', 'p(a) rule p(b)'],
  ])('reads %j', (text, expected) => {
    expect(outline(text)).toBe(expected);
  });

  it.each([
    ['$x^2$ grows', 'p($x^2$ grows)'],
    ['it costs $5 and $10', 'p(it costs $5 and $10)'],
    ['from $20,000 to $30,000', 'p(from $20,000 to $30,000)'],
    ['\\$a\\$', 'p($a$)'],
    ['$a_1 * b_2 * c$', 'p($a_1 * b_2 * c$)'],
    ['so $$\\sum_i x_i$$ holds', 'p(so $$\\sum_i x_i$$ holds)'],
    ['$$\na\n= b\n- c\n$$', 'formula(a\n= b\n- c)'],
    ['see\n$$a$$\nthere', 'p(see) formula(a) p(there)'],
    ['> $$\n> a\n> $$', 'quote[formula(a)]'],
    ['`$a$`', 'p(`$a$`)'],
    ['$$ without end', 'p($$ without end)'],
    ['$', 'p($)'],
    ['$a\\$b$', 'p($a\\$b$)'],
  ])('reads mathematics in %j', (text, expected) => {
    expect(outline(text)).toBe(expected);
  });

  it.each([
    ['[here](https://example.org/a)', 'p(<here→https://example.org/a>)'],
    ['https://example.org/a_b.', 'p(<https://example.org/a_b→https://example.org/a_b>.)'],
    ['![a picture](https://example.org/a.png)', 'p(<a picture→https://example.org/a.png>)'],
    ['[![inner](https://a.example/i.png)](https://b.example)', 'p(<inner→https://b.example>)'],
    ['<https://example.org>', 'p(<https://example.org→https://example.org>)'],
  ])('links %j', (text, expected) => {
    expect(outline(text)).toBe(expected);
  });

  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java\u0000script:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](javascript&colon;alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:msgbox)',
    '[x](file:///etc/passwd)',
    '[x](//elsewhere.example)',
    '[x](/admin)',
    '[x](#top)',
    '[x](ftp://example.org)',
    '[x](mailto:a@example.org)',
    '<javascript:alert(1)>',
    '<a@example.org>',
    '![x](javascript:alert(1))',
    '[x][1]\n\n[1]: javascript:alert(1)',
    'a@example.org',
    'example.org',
  ])('makes no link of %j', (text) => {
    expect(parseMarkdown(cleanMarkdown(text)).links).toEqual([]);
    expect(outline(text)).not.toContain('→');
  });

  it.each([
    '[x](https://arxiv.org@elsewhere.example/)',
    '[x](https://name:word@elsewhere.example/)',
    'https://arxiv.org@elsewhere.example/',
  ])('does not lead to the host that %j hides', (text) => {
    for (const url of parseMarkdown(text).links) expect(url).not.toContain('elsewhere');
  });

  it('finds the people and papers that a text names', () => {
    const text =
      'As @Ana and @bob-2 say (see arXiv:2303.01234v2, math.GT/0309136 and arXiv:math.GT/0309136); a@b.c, x/@y, @-a, `@code` and https://social.example/@cat not. @ana!';
    const { mentions, arxivIds } = parseMarkdown(text);
    expect(mentions).toEqual(['ana', 'bob-2']);
    expect(arxivIds).toEqual(['2303.01234', 'math/0309136']);
  });

  it('names no people and papers in the text of a link', () => {
    const { mentions, arxivIds, links } = parseMarkdown(
      '[@ana on arXiv:2303.01234](https://example.org)',
    );
    expect(mentions).toEqual([]);
    expect(arxivIds).toEqual([]);
    expect(links).toEqual(['https://example.org']);
  });

  it('takes HTML as the text that it is', () => {
    expect(outline('<b onclick="x()">a</b>\n\n<script>alert(1)</script>')).toBe(
      'p(<b onclick="x()">a</b>) p(<script>alert(1)</script>)',
    );
  });

  it('has no direction that an entity reverses', () => {
    expect(outline('a&#8238;b&#x202E;c&ZeroWidthSpace;d&#0;')).toBe('p(abcd\ufffd)');
  });

  it('reads ten thousand quotes in each other as a few', () => {
    const { blocks } = parseMarkdown(`${'>'.repeat(LONGEST_COMMENT - 5)} deep`);
    expect(blocksOutline(blocks)).toBe('quote[quote[quote[quote[quote[quote[p(deep)]]]]]]');
  });

  it('loses no word of lists nested beyond all measure', () => {
    for (const marker of ['- ', '> - ', '1. ']) {
      const text = cleanMarkdown(`${marker.repeat(200)}deep`);
      expect(outline(text)).toContain('deep');
      expect(depth(parseMarkdown(text).blocks)).toBeLessThan(30);
    }
    const steps = Array.from({ length: 60 }, (_, at) => `${'  '.repeat(at)}- step${at}`);
    for (let at = 0; at < 60; at += 1) expect(outline(steps.join('\n'))).toContain(`step${at}`);
  });

  /** Long enough to be slow, for a reader that is not linear. */
  const HOSTILE: Readonly<Record<string, string>> = {
    quotes: '>',
    'quotes and blanks': '> ',
    brackets: '[',
    'closed brackets': '[a](',
    pictures: '![a](b) ',
    stars: '*a ',
    'stars and underscores': '**a_b',
    underscores: '_a',
    tildes: '~~a',
    dollars: '$',
    'dollars and letters': '$a ',
    'lines of dollars': '$$a\n',
    'lines of dollars without end': '$$a\nb\n',
    ticks: '`a',
    addresses: 'http://a.b ',
    'address heads': 'http://',
    'mail addresses': 'a@b.c ',
    mentions: '@ab ',
    entities: '&a;',
    backslashes: '\\a',
    tags: '<a ',
    lists: '- a\n',
    'lists in lists': '- ',
    'numbered lists': '1. a\n',
    references: '[a]: b\n',
    'lazy quotes': '> a\n',
    headings: '# a\n',
    'empty lines': 'a\n\n',
    'combining marks': 'a\u0301\u0316\u0317',
    papers: 'arXiv:2303.01234 ',
  };

  it.each(Object.keys(HOSTILE))('reads ten thousand characters of %s in good time', (name) => {
    const piece = HOSTILE[name] ?? '';
    const text = piece.repeat(Math.floor(LONGEST_COMMENT / piece.length));
    parseMarkdown(cleanMarkdown(text));
    const times = [0, 1, 2].map(() => {
      const from = process.cpuUsage();
      parseMarkdown(cleanMarkdown(text));
      const { user, system } = process.cpuUsage(from);
      return (user + system) / 1_000;
    });
    // 50 ms on a quiet machine, and ten times of it where others work.
    expect(Math.min(...times)).toBeLessThan(500);
  });

  it('nests nothing deeper than a page can, whatever is written', () => {
    const pieces = fc.constantFrom(
      ...['> ', '- ', '1. ', '  ', '*', '**', '_', '~~', '`', '```\n', '$', '$$', '[', ']('],
      ...['https://a.example', ')', '![', '<', '>', '&lt;', '@ana', '\n', '\n\n', 'word', '\\'],
      ...['# ', '---\n', '|', 'javascript:', '&#8238;', '"', "'", 'arXiv:2303.01234'],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 200 }), (parts) => {
        const text = cleanMarkdown(parts.join(''));
        const { blocks, links } = parseMarkdown(text);
        expect(depth(blocks)).toBeLessThanOrEqual(6 * 2 + 4 + 2 + 2);
        for (const url of links) expect(url).toMatch(/^https?:\/\//);
      }),
      { numRuns: 300 },
    );
  });
});

describe('cleaning', () => {
  it('keeps what Markdown needs and drops what cannot be seen', () => {
    expect(cleanMarkdown('- a\r\n    - b  \r\n\r\n\r\n\r\n\r\nc\u202e\u200b\u0000d\u{e0041}')).toBe(
      '- a\n    - b\n\n\ncd',
    );
  });

  it('keeps joiners that scripts and emoji need', () => {
    const text = 'می\u200cخواهم 👩\u200d🔬';
    expect(cleanMarkdown(text)).toBe(text);
  });

  it('takes heaps of marks off a letter', () => {
    expect(cleanMarkdown(`a${'\u0316'.repeat(10_000)}b`).length).toBeLessThan(12);
  });

  it('mends lone surrogates', () => expect(cleanMarkdown('a\ud800b')).toBe('a\ufffdb'));

  it('sees no text in fillers', () => {
    expect(isVisible(cleanMarkdown('\u3164\u115f\u200b \u2060\n'))).toBe(false);
    expect(isVisible('.')).toBe(true);
  });

  it('changes nothing when it is done again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 200 }), (codes) => {
        const text = String.fromCodePoint(...codes);
        const once = cleanMarkdown(text);
        expect(cleanMarkdown(once)).toBe(once);
      }),
    );
  });
});

describe('an excerpt', () => {
  it('is the words on one line, without what was quoted', () => {
    const text = '> before\n\n**Yes**, [this](https://a.example) is\nit: $x$\n\n- one\n- two';
    expect(excerpt(text, 100)).toBe('Yes, this is it: x one two');
  });

  it('is no longer than asked', () => {
    expect(excerpt('word '.repeat(100), 20)).toBe('word word word word…');
  });

  it('is the text itself when there is nothing but quotes', () => {
    expect(excerpt('> all', 20)).toBe('> all');
  });
});
