/**
 * Reads the compiled kernels from the build. A search without them gives the same answers, only
 * later, so that their absence is something to say and nothing to stop for.
 */

import { readFile } from 'node:fs/promises';
import { type CompiledModule, webAssembly } from './web-assembly.js';

/** The same file whether this one runs as source or from the build. */
const KERNELS = new URL('../../../dist/search/kernels/kernels.wasm', import.meta.url);

/** The kernels, or why there are none. */
export type Kernels =
  | { readonly module: CompiledModule; readonly problem?: undefined }
  | { readonly module?: undefined; readonly problem: string };

export async function loadKernels(): Promise<Kernels> {
  const engine = webAssembly();
  if (!engine) return { problem: 'WebAssembly is switched off' };
  try {
    return { module: await engine.compile(await readFile(KERNELS)) };
  } catch (error) {
    return { problem: `the compiled kernels cannot be used: ${(error as Error).message}` };
  }
}
