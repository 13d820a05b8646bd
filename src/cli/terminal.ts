import type { Config } from '../config.js';
import type { World } from '../world.js';

/** What a command may touch of the process that runs it. */
export type Terminal = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly worldFor: (config: Config) => World;
  /** Calls back when the person or the system asks the program to stop. */
  readonly onSignal: (stop: () => void) => void;
};
