/**
 * As much of WebAssembly as search needs, in types of our own: Node's do not have it, and some
 * places refuse it (`--jitless`), so that it is asked for rather than assumed.
 */

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
