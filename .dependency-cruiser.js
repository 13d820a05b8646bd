// Which way imports may point. Each comment says why, for the person who breaks the rule.
const shell = '^src/(feeds|api|mcp|web|cli)/';

/** Domain folders from the ground up. A folder may import itself and the floors below. */
const floors = [
  ['text', 'mail'],
  ['papers'],
  ['accounts', 'sources', 'embedding'],
  ['search', 'topics', 'trending', 'community'],
  ['recommend', 'editions'],
  ['digest'],
];
const domain = `^src/(${floors.flat().join('|')})/`;

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one idea, or hide a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'rules-do-no-io',
      severity: 'error',
      comment: 'Only -store and -client files touch the outside; the rest is tested with values.',
      from: { path: domain, pathNot: '(-store|-client|[.]test)[.]tsx?$' },
      to: {
        path: '^src/database/|^(node:)?(fs|http|https|net|child_process|sqlite)(/|$)',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'domain-knows-no-shell',
      severity: 'error',
      comment: 'Papers do not know how they are shown.',
      from: { path: '^src/', pathNot: [shell, '^src/(app|main)[.]ts$'] },
      to: { path: shell },
    },
    {
      name: 'database-knows-no-papers',
      severity: 'error',
      comment: 'Connections and migrations are the same for any program.',
      from: { path: '^src/database/', pathNot: '[.]test[.]ts$' },
      to: { path: domain },
    },
    {
      name: 'shells-are-strangers',
      severity: 'error',
      comment: 'What two shells share belongs to the domain.',
      from: { path: shell },
      to: { path: shell, pathNot: '^src/$1/' },
    },
    {
      name: 'only-entries-open-the-app',
      severity: 'error',
      comment: 'Parts are handed what they need; they do not fetch it from the composition root.',
      from: { path: '^src/', pathNot: '^src/(main[.]ts|cli/)|[.]test[.]tsx?$' },
      to: { path: '^src/app[.]ts$' },
    },
    ...floors.map((folders, floor) => ({
      name: `${folders.join('-')}-look-down`,
      severity: 'error',
      comment: 'Import from a lower floor, or be handed a value by the caller.',
      from: { path: `^src/(${folders.join('|')})/` },
      to: { path: `^src/(${floors.slice(floor).flat().join('|')})/`, pathNot: '^src/$1/' },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/.+/kernels/' },
  },
};
