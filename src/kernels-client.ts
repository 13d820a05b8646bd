/**
 * Reads compiled kernels from the build. What they do is done without them, too, with the same
 * results, only later, so that their absence is something to say and nothing to stop for.
 */

import { readFile } from 'node:fs/promises';
import { type CompiledModule, webAssembly } from './web-assembly.js';

/** The kernels, or why there are none. */
export type Kernels =
  | { readonly module: CompiledModule; readonly problem?: undefined }
  | { readonly module?: undefined; readonly problem: string };

export async function readKernels(file: URL): Promise<Kernels> {
  const engine = webAssembly();
  if (!engine) return { problem: 'WebAssembly is switched off' };
  try {
    return { module: await engine.compile(await readFile(file)) };
  } catch (error) {
    return { problem: `the compiled kernels cannot be used: ${(error as Error).message}` };
  }
}
