// The first step of `npm run check`: everything after it assumes the pinned runtime.
if (!process.version.startsWith('v24.')) {
  console.error(`Broadsheet is checked on Node 24, and this is ${process.version}.`);
  console.error('Run it through npm (`npm run check`) after `npm ci`, which brings Node 24.');
  process.exit(1);
}
console.log(`runtime: Node ${process.version}`);
