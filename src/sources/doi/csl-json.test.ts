import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCslJson } from './csl-json.js';

const DOI = '10.1145/3292500';

const read = (item: unknown) => parseCslJson(JSON.stringify(item), DOI);

describe('The record of a registry', () => {
  test('gives the first day on which the paper could be read', () => {
    const dates = {
      issued: { 'date-parts': [[2026]] },
      'published-print': { 'date-parts': [[2026, 12]] },
      'published-online': { 'date-parts': [[2026, 11, 3]] },
    };
    expect(read({ title: ['T'], ...dates })).toMatchObject({
      record: { publishedOn: '2026-11-03' },
    });
    expect(read({ title: 'T', issued: { 'date-parts': [['2026', '11']] } })).toMatchObject({
      record: { publishedOn: '2026-11' },
    });
  });

  test.each([
    [{ 'date-parts': [[null]] }],
    [{ 'date-parts': [[2026, 13, 40]] }],
    [{ 'date-parts': [] }],
    [{ raw: 'soon' }],
    ['2026'],
    [null],
  ])('does without a date that is none: %j', (issued) => {
    const result = read({ title: ['T'], issued });
    expect(result).toHaveProperty('record');
    expect(result).not.toHaveProperty('record.publishedOn');
  });

  test('names its authors as they are written, whoever they are', () => {
    expect(
      read({
        title: ['T'],
        author: [
          { given: 'Ana', family: 'Ruiz', suffix: 'Jr', sequence: 'first' },
          { literal: 'The Team' },
          { name: 'A Consortium' },
          { family: 'Plato' },
          {},
        ],
      }),
    ).toMatchObject({ record: { authors: ['Ana Ruiz Jr', 'The Team', 'A Consortium', 'Plato'] } });
  });

  test('is of the DOI that was asked for, and of a paper of arXiv where that is one', () => {
    expect(read({ title: ['T'], DOI: '10.9999/other' })).toMatchObject({
      record: { identifiers: [`doi:${DOI}`], source: 'doi' },
    });
  });

  test('is no record without a title, or if it is something else', () => {
    for (const item of [{}, { title: [] }, { title: [''] }, [], 'x', null, 17]) {
      expect(read(item)).toHaveProperty('reason');
    }
    expect(parseCslJson('<html>', DOI)).toHaveProperty('reason');
  });

  test('is read or refused, whatever comes, and never thrown', () => {
    const keys = ['title', 'author', 'issued', 'abstract', 'container-title', 'link', '__proto__'];
    const item = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
    fc.assert(
      fc.property(item, (value) => {
        expect(() => read(value)).not.toThrow();
      }),
    );
  });
});
