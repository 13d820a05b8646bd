import { describe, expect, it } from 'vitest';
import { BOUNCE_REPORTS } from '../../../test/support/bounce-reports.js';
import { LETTER } from '../../../test/support/report-builders.js';
import { readReport } from './read-report.js';
import type { ReturnKind } from './returns.js';
import { returnIn } from './returns-intake.js';

const ANA = { address: LETTER.recipient };

/** What ends in fewer letters for the reader, some of it at once. */
const HARMFUL: readonly ReturnKind[] = ['no-such-address', 'refused', 'complaint', 'leave'];

function read(source: string) {
  return returnIn(readReport(Buffer.from(source)), ANA);
}

describe('reports of the mail systems of the world', () => {
  it('are more than sixty', () => {
    expect(BOUNCE_REPORTS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(BOUNCE_REPORTS.map(({ name }) => name)).size).toBe(BOUNCE_REPORTS.length);
  });

  it.each(BOUNCE_REPORTS)('$name: $kind', ({ kind, status, source }) => {
    expect(read(source)).toMatchObject({ kind, ...(status !== undefined && { status }) });
  });

  it('are right in 98 of 100, and no reader is dropped for another reason', () => {
    const found = BOUNCE_REPORTS.map(({ kind, source }) => ({ wanted: kind, ...read(source) }));
    const right = found.filter(({ kind, wanted }) => kind === wanted).length;
    const harm = found.filter(({ kind, wanted }) => HARMFUL.includes(kind) && kind !== wanted);
    expect(right / found.length).toBeGreaterThanOrEqual(0.98);
    expect(harm).toEqual([]);
  });
});
