/**
 * As much of WebAssembly as the program needs, in types of our own: Node's do not have it, and
 * some places refuse it (`--jitless`), so that it is asked for rather than assumed.
 */

import { BroadsheetError } from './errors.js';

/** WebAssembly hands out memory in pages of this size. */
export const PAGE_BYTES = 65_536;

/** Memory that threads share: WebAssembly's, or a stand-in of the same shape. */
export type SharedMemory = { readonly buffer: SharedArrayBuffer };

/** Compiled code. Threads can be sent it, and each makes its own instance for each memory. */
export type CompiledModule = object & { readonly compiledModule?: never };

type WebAssemblyApi = {
  readonly Memory: new (options: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => SharedMemory;
  readonly Instance: new (
    module: CompiledModule,
    imports: { readonly env: { readonly memory: SharedMemory } },
  ) => { readonly exports: unknown };
  readonly compile: (bytes: Uint8Array) => Promise<CompiledModule>;
};

/** `undefined` where WebAssembly is refused. */
export function webAssembly(): WebAssemblyApi | undefined {
  return (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
}

/** Whether kernels can run on this memory, or it is only of its shape. */
export function isWebAssemblyMemory(memory: SharedMemory): boolean {
  const engine = webAssembly();
  return engine !== undefined && memory instanceof engine.Memory;
}

/**
 * So many bytes, all zeros: WebAssembly's where they can be had, since only there kernels can run;
 * else plain shared bytes.
 *
 * @param what - for whoever reads that there is not enough: `the vectors of 7 papers`
 * @throws BroadsheetError if the machine has not so much
 */
export function allocateMemory(bytes: number, what: string): SharedMemory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const engine = webAssembly();
  if (engine) {
    try {
      return new engine.Memory({ initial: pages, maximum: pages, shared: true });
    } catch {
      // It asks for far more addresses than bytes, which a limit on addresses refuses.
    }
  }
  try {
    return { buffer: new SharedArrayBuffer(pages * PAGE_BYTES) };
  } catch (cause) {
    throw new BroadsheetError('not_available', `There is not enough memory for ${what}.`, {
      fix: 'Give the program more memory.',
      cause,
    });
  }
}
