import fc from 'fast-check';
import { expect, it } from 'vitest';
import { segmentOf } from '../../../test/support/segments.js';
import { placeOf } from '../places.js';
import { placeWeights } from './place-weights.js';
import { boundsOf, RANGE_BITS, RANGE_SIZE, rangedWaysOf } from './ranged-ways.js';
import { matchUnit } from './unit-match.js';
import { openUnit, worthIn } from './unit-reader.js';
import { createWorkspace } from './workspace.js';
import { scaleFor } from './worths.js';

const PLACE = [placeOf(1, 0, 1)];
const MORE_PLACES = [1, 2, 3, 4].map((position) => placeOf(1, 0, position));

it('bounds in every range what a word may be worth there, however far its blocks reach', () => {
  const rangeCount = 12;
  const papers = rangeCount * RANGE_SIZE;
  const gap = fc.integer({ min: 1, max: 2 * RANGE_SIZE });
  fc.assert(
    fc.property(fc.array(gap, { maxLength: 20 }), fc.nat(19), fc.nat(3_000), (gaps, far, near) => {
      // Too many papers to be read beforehand, then some that are far apart; one is worth more.
      const having = Array.from({ length: 3_000 }, (_, at) => at);
      for (const distance of gaps) {
        const next = (having.at(-1) ?? 0) + distance;
        if (next < papers) having.push(next);
      }
      const outstanding = having[having.length - 1 - far] ?? near;
      const segment = segmentOf({
        ids: Array.from({ length: papers }, (_, paper) => String(paper)),
        lengths: Array.from({ length: papers * 2 }, () => 50),
        places: new Map([
          [
            'word',
            new Map(
              having.map((paper) => [
                paper,
                paper === outstanding || paper === near ? MORE_PLACES : PLACE,
              ]),
            ),
          ],
        ]),
      });
      const match = matchUnit(segment, { ways: [{ terms: ['word'], shift: 0 }] });
      const scale = scaleFor(match, placeWeights([50, 80]));
      const reader = openUnit(match);
      const ways = rangedWaysOf(reader, scale, rangeCount, createWorkspace());
      const [way] = ways;
      expect(way?.cursor).toBeDefined();
      const scores = boundsOf(ways, 2, rangeCount, createWorkspace());
      for (const paper of [...having.slice(-20), outstanding, near]) {
        const range = paper >>> RANGE_BITS;
        expect(way?.bounds[range]).toBeGreaterThanOrEqual(worthIn(reader, scale, paper));
        expect(scores[range]).toBeGreaterThan(0);
      }
    }),
    { numRuns: 15 },
  );
});
