import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerpt, highlight } from './highlight.js';
import { parseQuery } from './parse-query.js';

/** The text with its marks in square brackets. */
function marked(text: string, query: string): string {
  return highlight(text, parseQuery(query))
    .map((segment) => (segment.isMatch ? `[${segment.text}]` : segment.text))
    .join('');
}

describe('a highlight', () => {
  it('is every form of a word of the query', () => {
    expect(marked('Modelling a topic. Topics!', 'topic model')).toBe(
      '[Modelling] a [topic]. [Topics]!',
    );
  });

  it('is a phrase as a whole, and no word of it alone', () => {
    expect(marked('Topic models: a topic, two models', '"topic model"')).toBe(
      '[Topic models]: a topic, two models',
    );
  });

  it('is a joined word however it is written', () => {
    expect(marked('Few-shot and fewshot data sets', 'few shot dataset')).toBe(
      '[Few-shot] and [fewshot] [data sets]',
    );
  });

  it('is no stop word, unless a phrase has it', () => {
    expect(marked('The state of the art', 'state of')).toBe('The [state] of the art');
    expect(marked('The state of the art', '"state of"')).toBe('The [state of] the art');
  });

  it('is not what the query rules out or filters by', () => {
    expect(marked('A topic of speech', 'topic -speech cat:speech')).toBe('A [topic] of speech');
  });

  it('leaves the text as it is', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('few', '-', ' ', '$', '\\$', 'shot', '{', '.'))
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const segments = highlight(text, parseQuery('few-shot "few shot" fewshot'));
        expect(segments.map((segment) => segment.text).join('')).toBe(text);
        expect(segments.every((segment) => segment.text.length > 0)).toBe(true);
      }),
    );
  });
});

describe('an excerpt', () => {
  const TEXT =
    'We study graphs. They are large. Topic models name what they hold. ' +
    'A topic is a list of words. Experiments follow. They end well.';
  const of = (query: string, longest: number) => excerpt(TEXT, parseQuery(query), longest);

  it('is the whole of a short text', () => expect(of('topic', 1_000)).toBe(TEXT));

  it('is made of whole sentences, where most of the query stands', () => {
    expect(of('topic words', 80)).toBe(
      '… Topic models name what they hold. A topic is a list of words. …',
    );
    expect(of('well experiments', 60)).toBe('… Experiments follow. They end well.');
  });

  it('shows different words of the query rather than one word often', () => {
    const text = `A topic, a topic, a topic. ${'Nothing here. '.repeat(4)}A topic of words. It ends here.`;
    expect(excerpt(text, parseQuery('topic words'), 40)).toBe(
      '… Nothing here. A topic of words. …',
    );
  });

  it('is the beginning where nothing of the query stands', () => {
    expect(of('speech', 60)).toBe('We study graphs. They are large. …');
  });

  it('is cut between words within a sentence that is too long', () => {
    const long = `${'some words '.repeat(20)}then a topic and ${'more words '.repeat(20)}`;
    expect(excerpt(long, parseQuery('topic'), 50)).toBe(
      '… words then a topic and more words more words …',
    );
  });

  it('is not cut within a formula', () => {
    const formula = '$p(x \\mid y) = 1. Then we sum$';
    const text = `${'We begin here. '.repeat(5)}${formula} over topics. ${'It ends. '.repeat(9)}`;
    for (let longest = 40; longest < 120; longest += 1) {
      const shown = excerpt(text, parseQuery('topics'), longest);
      expect(shown.includes('$') ? shown : formula, shown).toContain(formula);
    }
  });

  it('shows what stands about a formula that is too long', () => {
    const long = `$${'x + '.repeat(100)}y$`;
    const of = (text: string) => excerpt(text, parseQuery('topic'), 60);
    expect(of(`We show that ${long} for every topic that is known here and elsewhere`)).toBe(
      '… for every topic that is known here and elsewhere',
    );
    expect(of(`We show that ${long} holds`)).toBe('We show that …');
    expect(of(`${long} holds`)).toBe('… holds');
    expect(of(long)).toBe('');
  });

  it('takes sums of money for no formula', () => {
    const text = `From $5 a topic to $10 a list of words. ${'It ends here. '.repeat(5)}`;
    expect(excerpt(text, parseQuery('topic'), 45)).toBe(
      'From $5 a topic to $10 a list of words. …',
    );
  });

  it('shows the beginning of a very long text, at once', () => {
    const text = 'Slowpoke. '.repeat(9_900);
    const began = performance.now();
    for (let time = 0; time < 20; time += 1) excerpt(text, parseQuery('slowpoke'), 320);
    expect(performance.now() - began).toBeLessThan(500);
    expect(excerpt(`${text} A topic.`, parseQuery('topic'), 40)).toBe(
      'Slowpoke. Slowpoke. Slowpoke. …',
    );
  });

  it('is never longer than asked, and stands in the text', () => {
    const words = fc.constantFrom(
      'topic',
      'of',
      'a',
      'Graphs.',
      'x'.repeat(90),
      'end!',
      '\n',
      '𝐱𝐲',
      '$x. Y$',
      '\\(a b c\\)',
    );
    const anyText = fc.array(words, { maxLength: 60 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(anyText, fc.integer({ min: 40, max: 300 }), (text, longest) => {
        const shown = excerpt(text, parseQuery('topic graph'), longest);
        expect(shown.length).toBeLessThanOrEqual(longest);
        expect(shown.isWellFormed()).toBe(true);
        if (text.length > longest) expect(text).toContain(shown.replace(/^… | …$/g, ''));
        expect(shown.split('$').length % 2).toBe(1);
        expect(shown.split('\\(').length).toBe(shown.split('\\)').length);
      }),
    );
  });
});
