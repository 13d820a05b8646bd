#!/usr/bin/env node
// Starts the program: in a checkout it first builds what changed. Kept to syntax that old
// versions of Node can read, so that they say one clear line instead of a syntax error.
const OLDEST_NODE = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  console.error(
    `Broadsheet needs Node ${OLDEST_NODE} or newer; this is ${process.version}. ` +
      'Start it through npm (npm start), which uses the Node that "npm ci" installed.',
  );
  process.exit(1);
}

const { buildIfChanged } = await import('../scripts/build.js');
try {
  await buildIfChanged();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
// To compile the program anew takes longer than most commands do.
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
enableCompileCache(fileURLToPath(new URL('../dist/.compiled', import.meta.url)));
const { main } = await import('../dist/main.js');
await main(process.argv.slice(2));
