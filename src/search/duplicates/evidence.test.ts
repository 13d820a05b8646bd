import { describe, expect, it } from 'vitest';
import { paper } from '../../../test/support/papers.js';
import type { PartialDate } from '../../papers/dates.js';
import type { Identifier } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { evidenceFor } from './evidence.js';
import { LEAST_SCORE } from './find-duplicates.js';
import { fingerprintOf } from './fingerprint.js';

const PREPRINT: Partial<Paper> = {
  title: 'DPO Kernels: A Kernel-Enhanced Paradigm for Preference Optimization',
  authors: ['Ada Lovelace', 'Alan Turing'],
  identifiers: ['arxiv:2501.03271' as Identifier],
  publishedOn: '2025-01-06' as PartialDate,
};
const PROCEEDINGS: Partial<Paper> = {
  ...PREPRINT,
  title: 'A Kernel-Enhanced Paradigm for Preference Optimization',
  authors: ['Lovelace, Ada', 'A. Turing'],
  identifiers: ['acl:2025.findings-acl.1143' as Identifier],
  publishedOn: '2025-07' as PartialDate,
};

/** The weight of evidence that the second is the first with these changes. */
function scoreOf(similarity: number, changes: Partial<Paper> = {}): number {
  return evidence(similarity, changes).score;
}

function evidence(similarity: number, changes: Partial<Paper>) {
  const one = fingerprintOf(paper('one', PREPRINT));
  const other = fingerprintOf(paper('other', { ...PROCEEDINGS, ...changes }));
  return evidenceFor(one, other, similarity);
}

describe('the evidence that two papers are one work', () => {
  it('is enough for a preprint and its proceedings with a shorter title', () =>
    expect(scoreOf(0.93)).toBeGreaterThan(LEAST_SCORE));

  it('is not enough for the next paper of the same authors', () =>
    expect(
      scoreOf(0.8, { title: 'Kernels for Reward Models', publishedOn: '2026-01' as PartialDate }),
    ).toBeLessThan(LEAST_SCORE));

  it('grows with what texts, titles and authors have in common', () => {
    expect(scoreOf(0.99)).toBeGreaterThan(scoreOf(0.95));
    expect(scoreOf(0.95)).toBeGreaterThan(scoreOf(0.9));
    expect(scoreOf(0.9)).toBeGreaterThan(scoreOf(0.9, { title: 'A Paradigm for Preferences' }));
    expect(scoreOf(0.9)).toBeGreaterThan(scoreOf(0.9, { authors: ['Ada Lovelace'] }));
    expect(scoreOf(0.9, { authors: [] })).toBeGreaterThan(scoreOf(0.9, { authors: ['X. Y.'] }));
  });

  it('shrinks with the time between them, for four years', () => {
    const in2027 = scoreOf(0.9, { publishedOn: '2027' as PartialDate });
    const in2030 = scoreOf(0.9, { publishedOn: '2030' as PartialDate });
    expect(in2027).toBeLessThan(scoreOf(0.9));
    expect(in2030).toBeLessThan(in2027);
    expect(scoreOf(0.9, { publishedOn: '2040' as PartialDate })).toBe(in2030);
  });

  it('does not unite the parts of a series', () => {
    const [one, two] = ['Proof Nets, Part I', 'Proof Nets, Part II'].map((title) =>
      fingerprintOf(paper(title, { ...PREPRINT, title, identifiers: [] })),
    );
    const labels = one && two && evidenceFor(one, two, 0.9).parts.map(({ label }) => label);
    expect(labels).toContain('other numbers in the titles');
    expect(one && two && evidenceFor(one, two, 0.9).score).toBeLessThan(LEAST_SCORE);
  });

  it('asks for much more where one collection has both', () => {
    const identifiers = ['arxiv:2507.00001' as Identifier];
    expect(scoreOf(0.93, { identifiers })).toBeLessThan(LEAST_SCORE);
    expect(scoreOf(1, { identifiers })).toBeGreaterThan(LEAST_SCORE);
  });

  it('trusts the same title less the fewer words it has', () => {
    const named = (title: string) =>
      fingerprintOf(paper(title, { title, authors: [], identifiers: [] }));
    const [short, long] = ['Introduction', 'An introduction to proof nets'].map(named);
    expect(short && long && evidenceFor(short, short, 0.7).score).toBeLessThan(0);
    expect(long && evidenceFor(long, long, 0.7).score).toBeGreaterThan(LEAST_SCORE);
  });

  it('is the sum of its parts, in words', () => {
    const { score, parts } = evidence(0.93, {});
    expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score);
    expect(parts.map(({ label }) => label)).toEqual([
      'any two that were compared',
      'texts alike by 0.93',
      '5 of 6 words of the titles in common',
      '2 of 2 authors in common',
      '6 months apart',
    ]);
  });
});
