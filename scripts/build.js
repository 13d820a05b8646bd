// Builds dist/ from src/ when something changed since the last build: a start right after
// another costs a few milliseconds. The packaged program carries dist/ and no src/.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stampFile = join(dist, '.built-from');

/** Files that are not compiled but read by the program where it runs. */
const ASSETS = 'src/**/*.{css,svg,js,txt}';

/** Inner loops, each file compiled to WebAssembly. */
const KERNELS = 'src/**/kernels/kernels.ts';

/** What the build depends on besides src/. */
const SETTINGS = [
  'tsconfig.json',
  'tsconfig.build.json',
  'src/web/scripts/tsconfig.json',
  'package.json',
  'scripts/build.js',
];

/** Builds when the sources differ from those of the last build; says so on stderr. */
export async function buildIfChanged() {
  if (!existsSync(join(root, 'src'))) return;
  const fingerprint = await fingerprintOfSources();
  if ((await lastFingerprint()) === fingerprint) return;

  console.error('Building Broadsheet …');
  const startedAtMs = performance.now();
  // Built aside and renamed, so that a program that is starting never reads half a build.
  const fresh = join(root, `dist.${process.pid}`);
  try {
    for await (const file of glob(KERNELS, { cwd: root })) await compileKernels(file, fresh);
    await compileTypeScript(fresh);
    await compileBrowserScripts(join(fresh, 'web', 'scripts'));
    for await (const file of glob(ASSETS, { cwd: root, exclude: ['src/**/testdata/**'] })) {
      await cp(join(root, file), join(fresh, relative('src', file)));
    }
    await writeFile(join(fresh, '.built-from'), fingerprint);
    await swapIn(fresh);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  console.error(`Built in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s.`);
}

async function swapIn(fresh) {
  const old = `${fresh}.old`;
  await mkdir(dist, { recursive: true });
  await rename(dist, old);
  await rename(fresh, dist);
  await rm(old, { recursive: true, force: true });
}

async function fingerprintOfSources() {
  const files = [...SETTINGS];
  for await (const file of glob('src/**/*.{ts,tsx,css,svg,js,txt}', {
    cwd: root,
    exclude: ['src/**/testdata/**', 'src/**/*.test.ts', 'src/**/*.test.tsx'],
  })) {
    files.push(file);
  }
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    hash
      .update(file)
      .update('\0')
      .update(await readFile(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

async function lastFingerprint() {
  return readFile(stampFile, 'utf8').catch(() => undefined);
}

function compileTypeScript(outDir) {
  return run('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', outDir]);
}

/** What runs in a browser knows another world than the program, so it is compiled by itself. */
function compileBrowserScripts(outDir) {
  const flags = ['--noEmit', 'false', '--removeComments', '--outDir', outDir];
  return run('typescript/bin/tsc', ['-p', 'src/web/scripts', ...flags]);
}

/** The kernels run on any memory they are handed, which threads may share, and allocate nothing. */
function compileKernels(file, outDir) {
  return run('assemblyscript/bin/asc.js', [
    file,
    ...['--outFile', join(outDir, relative('src', file).replace(/ts$/, 'wasm'))],
    ...['--optimizeLevel', '3', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
    ...['--enable', 'simd', '--enable', 'threads'],
    ...['--importMemory', '--noExportMemory', '--sharedMemory'],
    ...['--initialMemory', '1', '--maximumMemory', '65536'],
  ]);
}

function run(compiler, flags) {
  let program;
  try {
    program = createRequire(import.meta.url).resolve(compiler);
  } catch {
    const [name] = compiler.split('/');
    throw new Error(`"${name}" is not installed, so nothing can be built: run "npm ci" first.`);
  }
  const child = spawn(process.execPath, [program, ...flags], {
    cwd: root,
    // The build may not write to stdout: `search --json` prints there.
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error('The build failed; see the errors above.')),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildIfChanged();
