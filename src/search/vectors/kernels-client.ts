/** The kernels that search vectors (`../kernels/kernels.ts`), from the build. */

import { type Kernels, readKernels } from '../../kernels-client.js';

/** The same file whether this one runs as source or from the build. */
const KERNELS = new URL('../../../dist/search/kernels/kernels.wasm', import.meta.url);

export function loadKernels(): Promise<Kernels> {
  return readKernels(KERNELS);
}
