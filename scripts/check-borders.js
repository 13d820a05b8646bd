// Checks which way imports point, and that there was something to check: a cruise that reads
// no module passes too, silently, for example under a TypeScript that it does not know.
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import config from '../.dependency-cruiser.js';

/** Far below what the tree holds, far above what a broken cruise would find. */
const FEWEST_MODULES = 40;

const { options, ...rules } = config;
const { output } = await cruise(
  ['src'],
  { ...options, validate: true, ruleSet: rules },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
const { violations, totalCruised } = output.summary;
const ownModules = output.modules.filter(({ source }) => source.startsWith('src/')).length;

for (const { from, to, rule } of violations) {
  const { comment } = config.forbidden.find(({ name }) => name === rule.name) ?? {};
  console.error(`${rule.name}: ${from} → ${to}\n  ${comment ?? ''}`);
}
console.log(`borders: ${ownModules} modules of ours, ${totalCruised} in all`);
if (ownModules < FEWEST_MODULES) {
  console.error(`The import check saw only ${ownModules} modules: it is broken, not passed.`);
  process.exit(1);
}
process.exit(violations.length === 0 ? 0 : 1);
