/**
 * The same examples of every property on every machine, so that a test that passed here passes
 * there. `npm run test:explore` looks for new ones; a failure prints the seed that repeats it.
 */

import fc from 'fast-check';

const SEED = 20_261_121;

const { PROPERTY_SEED } = process.env;

if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED ?? SEED) });
