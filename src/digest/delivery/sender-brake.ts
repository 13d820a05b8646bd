/** Looking now and then at how an edition fares, and stopping it before it does harm. */

import type { Day } from '../../papers/dates.js';
import type { SenderParts } from './sender-parts.js';

export type EditionBrake = {
  /** Counts one more letter that was tried; every so many, looks. */
  readonly onTried: (editionOn: Day) => Promise<void>;
  /** Stops the mail if the edition fares badly and nobody has let it go on all the same. */
  readonly look: (editionOn: Day) => Promise<unknown>;
};

const LOOK_EVERY_LETTERS = 50;

/** To count an edition takes the longer the larger it is; so it is looked at this often in all. */
const LOOKS_OF_AN_EDITION = 200;

export function createEditionBrake({
  deliveries,
  returns,
  control,
  brake,
  log,
}: Pick<SenderParts, 'deliveries' | 'returns' | 'control' | 'brake' | 'log'>): EditionBrake {
  let tried = 0;
  let nextLook = LOOK_EVERY_LETTERS;

  /** @returns how many letters the edition has */
  const look = async (editionOn: Day): Promise<number> => {
    const counts = await deliveries.counts(editionOn);
    const letters = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const returned = await returns.counts(editionOn);
    const reason = brake({
      sent: counts.sent + counts.ambiguous + counts.failed,
      hardBounces: returned['no-such-address'],
      complaints: returned.complaint,
    });
    if (reason === undefined || (await control.isReleased(editionOn))) return letters;
    if (await control.pause()) return letters;
    await control.stop('brake', reason);
    log.warn(`The digest of ${editionOn} has been stopped: ${reason}`);
    return letters;
  };

  return {
    async onTried(editionOn) {
      tried += 1;
      if (tried < nextLook) return;
      tried = 0;
      const letters = await look(editionOn);
      nextLook = Math.max(LOOK_EVERY_LETTERS, Math.ceil(letters / LOOKS_OF_AN_EDITION));
    },
    look,
  };
}
