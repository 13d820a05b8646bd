// Completes package-lock.json with the optional packages of other platforms that npm left out.
// npm writes down only those that the registry in use could show it, and `npm ci` refuses a
// lockfile that lacks one, on every platform. An entry added here has its exact version from the
// package that asks for it; its integrity is added by npm where it can be fetched.
//
// Run it through `npm run lock` after a change of dependencies.
import { readFile, writeFile } from 'node:fs/promises';

const FILE = new URL('../package-lock.json', import.meta.url);

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
];

const lock = JSON.parse(await readFile(FILE, 'utf8'));
const added = [];

for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(entry.dev && { dev: true }),
      optional: true,
    };
    added.push(`${name}@${version}`);
  }
}

lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([one], [other]) => (one < other ? -1 : 1)),
);
await writeFile(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} optional packages of other platforms added to package-lock.json`);

/** Whether the package, or one of the folders above it, has this dependency locked. */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf('node_modules'))) {
    const prefix = folder === '' ? '' : `${folder.replace(/\/$/, '')}/`;
    if (`${prefix}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}

/** Platform packages say in their names where they run: `@scope/thing-linux-x64-musl`. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  return {
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && { libc }),
    ...(os.length > 0 && { os }),
  };
}
