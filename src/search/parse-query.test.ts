import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeQuery, parseQuery } from './parse-query.js';
import type { Query, QueryTerm } from './query.js';

/** A term as short as a query would have it. */
function shown({ text, isPhrase, field }: QueryTerm): string {
  return `${field ? `${field}:` : ''}${isPhrase ? `"${text}"` : text}`;
}

/** What a query asks for, apart from its filters. */
function parts(text: string) {
  const { terms, excluded, notes } = parseQuery(text);
  return { terms: terms.map(shown), excluded: excluded.map(shown), notes };
}

const filtersOf = (text: string) => parseQuery(text).filters;

describe('a query', () => {
  it('is made of words', () => {
    expect(parts('topic  modelling')).toEqual({
      terms: ['topic', 'modelling'],
      excluded: [],
      notes: [],
    });
  });

  it('has phrases between quotes of any shape', () => {
    expect(parts('"topic model" “word vectors” «deep»').terms).toEqual([
      '"topic model"',
      '"word vectors"',
      '"deep"',
    ]);
  });

  it('rules out words and phrases behind a minus', () => {
    expect(parts('topic -speech -"hidden markov" few-shot')).toMatchObject({
      terms: ['topic', 'few-shot'],
      excluded: ['speech', '"hidden markov"'],
    });
  });

  it('says in which field a word must stand, or must not', () => {
    expect(parts('title:topic author:"Jane Doe" Abstract:vectors -title:survey')).toMatchObject({
      terms: ['title:topic', 'author:"Jane Doe"', 'abstract:vectors'],
      excluded: ['title:survey'],
    });
  });

  it('asks for any of some categories', () => {
    expect(filtersOf('cat:cs.CL,stat cat:math cat:"machine translation"').categories).toEqual([
      'cs.CL',
      'stat',
      'math',
      'machine translation',
    ]);
  });

  it('asks for a category whose name holds commas, between quotes', () => {
    expect(filtersOf('cat:"Medicine, General & Internal" cat:cs.CL,stat').categories).toEqual([
      'Medicine, General & Internal',
      'cs.CL',
      'stat',
    ]);
  });

  it('asks for a span of time', () => {
    expect(filtersOf('after:2025-01 before:2026')).toMatchObject({
      after: '2025-01',
      before: '2026',
    });
  });

  it('takes the narrowest of several spans', () => {
    expect(filtersOf('after:2025-03 after:2025-01 before:2026 before:2025')).toMatchObject({
      after: '2025-03',
      before: '2025',
    });
  });

  it('asks for withdrawn papers', () => expect(filtersOf('is:withdrawn').isWithdrawn).toBe(true));
  it('asks for code', () => expect(filtersOf('has:code').hasCode).toBe(true));

  it.each<[string, readonly string[]]>([
    ['?! …', ['There is nothing to search for in "?! …": it has no letter or digit.']],
    ['-', ['A minus rules out only what stands right behind it.']],
    ['--', ['A minus rules out only what stands right behind it.']],
    ['""', ['Nothing stands between the quotes.']],
    ['-"" ""', ['Nothing stands between the quotes.']],
    ['', []],
  ])('has nothing to search for in %j, and says so', (text, notes) =>
    expect(parts(text)).toEqual({ terms: [], excluded: [], notes }),
  );

  it('rules out nothing by a minus that stands alone, and says so', () => {
    expect(parts('topic - speech')).toEqual({
      terms: ['topic', 'speech'],
      excluded: [],
      notes: ['A minus rules out only what stands right behind it.'],
    });
  });
});

describe('a query that names a paper', () => {
  it.each([
    '2303.01234',
    'arXiv:2303.01234v2',
    'cs/9809007',
    'https://arxiv.org/abs/2303.01234',
    '10.1145/3292500',
    'https://doi.org/10.1145/3292500',
    'acl:N18-1049',
    'https://aclanthology.org/N18-1049.pdf',
    'https://openreview.net/forum?id=rJl-b3RcF7',
    'https://example.org/2303.01234',
    'www.example.org',
  ])('is %s', (text) => expect(parseQuery(text).paperName).toBe(text));

  it('does so in any company with id:', () => {
    expect(parseQuery('id:some-name')).toMatchObject({ paperName: 'some-name' });
  });

  it.each(['topic', 'word2vec', 'foo:bar', 'topic https://example.org'])('is not %s', (text) =>
    expect(parseQuery(text).paperName).toBeUndefined(),
  );

  it.each([
    ['https://arxiv.org/abs/2303.01234', '"2303.01234"'],
    ['id:acl:N18-1049', '"N18-1049"'],
    ['math.GT/0309136v1', '"math.GT/0309136v1"'],
  ])('keeps what others would call it, should it be missing: %s', (text, term) =>
    expect(parts(text).terms).toEqual([term]),
  );

  it.each(['https://example.org/a-paper', 'id:some-name'])(
    'keeps no words of a name that is nobody else’s: %s',
    (text) => expect(parts(text).terms).toEqual([]),
  );
});

describe('what cannot be understood is searched as words, and said', () => {
  it.each([
    ['after:2025-13', 'There is no date 2025-13, so "after:2025-13" was searched as words.'],
    ['is:new', 'Only "is:withdrawn" is known, so "is:new" was searched as words.'],
    ['has:data', 'Only "has:code" is known, so "has:data" was searched as words.'],
    ['title:', 'Nothing follows "title:", so "title:" was searched as words.'],
    ['cat:,', 'No category is named, so "cat:," was searched as words.'],
    ['titel:topic', 'There is no field "titel", so "titel:topic" was searched as words.'],
    ['id:../secret', '"../secret" cannot name a paper, so "id:../secret" was searched as words.'],
  ])('%s', (text, note) =>
    expect(parts(text)).toEqual({ terms: [text], excluded: [], notes: [note] }),
  );

  it('a filter behind a minus', () => {
    expect(parts('-cat:cs')).toEqual({
      terms: ['cat:cs'],
      excluded: [],
      notes: ['Only words and phrases can be ruled out, so "-cat:cs" was searched as words.'],
    });
  });

  it.each([
    ['"topic model', ['topic', 'model']],
    ['topic" model', ['topic', 'model']],
    ['title:"topic', ['title:topic']],
    ['"a topic" "model', ['"a topic"', 'model']],
  ])('a quote that is never closed: %s', (text, terms) =>
    expect(parts(text)).toEqual({
      terms,
      excluded: [],
      notes: ['A quote is never closed, so its words were searched one by one.'],
    }),
  );

  it.each([
    ['after:2026 before:2025', 'No date is both from 2026 on and before 2025.'],
    ['after:2025-03 before:2025', 'No date is both from March 2025 on and before 2025.'],
    ['after:2025 before:2025', 'No date is both from 2025 on and before 2025.'],
  ])('a span of time that has no day: %s', (text, note) =>
    expect(parts(text).notes).toEqual([note]),
  );

  it('and nothing is said of a span that has one', () => {
    expect(parts('after:2025 before:2025-02').notes).toEqual([]);
  });
});

describe('a query beyond measure', () => {
  it('is read up to its limit', () => {
    const query = parseQuery('a'.repeat(10_000));
    expect(query.text).toHaveLength(1_000);
    expect(query.notes).toEqual(['Only the first 1,000 characters of the query were read.']);
  });

  it('has 32 words at most', () => {
    const query = parseQuery('word '.repeat(100));
    expect(query.terms).toHaveLength(32);
    expect(query.notes).toEqual(['Only the first 32 words were searched.']);
    expect(parseQuery('word '.repeat(32)).notes).toEqual([]);
  });

  it('counts the words of a phrase and of a joined word, and may cut it', () => {
    const words = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`);
    expect(parts(`first "${words(40).join(' ')}" last`)).toEqual({
      terms: ['first', `"${words(31).join(' ')}"`],
      excluded: [],
      notes: ['Only the first 32 words were searched.'],
    });
    expect(parts(words(40).join('-')).terms).toEqual([words(32).join('-')]);
  });

  it('loses control characters', () => expect(parseQuery('to\0pic').text).toBe('topic'));
});

describe('any text', () => {
  const pieces = [
    'title:',
    'cat:',
    'after:',
    'id:',
    'is:',
    '"',
    '“',
    '-',
    ' ',
    '2025-02-30',
    'deep',
    ',',
  ];
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2_000 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 300 }).map((some) => some.join('')),
  );

  it('is a query, and at once', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const began = performance.now();
        const query: Query = parseQuery(text);
        describeQuery(query);
        expect(performance.now() - began).toBeLessThan(50);
        for (const { text: itsText, start } of [...query.terms, ...query.excluded]) {
          expect(query.text.slice(start, start + itsText.length)).toBe(itsText);
        }
      }),
    );
  });
});

describe('what was understood', () => {
  it('needs no saying for words alone', () =>
    expect(describeQuery(parseQuery('a topic'))).toEqual([]));

  it('is said in short phrases', () => {
    const query = parseQuery(
      'topic modelling "word vectors" title:lda author:"Blei, David" -speech cat:cs.CL,stat ' +
        'after:2025-01 before:2026-03-05 is:withdrawn has:code',
    );
    expect(describeQuery(query)).toEqual([
      'words "topic" and "modelling"',
      '"word vectors" as a phrase',
      '"lda" in the title',
      '"Blei, David" among the authors',
      'without "speech"',
      'in categories cs.CL or stat',
      'from January 2025',
      'before 5 March 2026',
      'only withdrawn papers',
      'with code',
    ]);
  });

  it('is the paper that was named', () => {
    expect(describeQuery(parseQuery('2303.01234'))).toEqual(['the paper "2303.01234"']);
  });
});
