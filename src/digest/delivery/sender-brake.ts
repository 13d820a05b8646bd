/** Looking now and then at how an edition fares, and stopping it before it does harm. */

import type { Day } from '../../papers/dates.js';
import type { SenderParts } from './sender-parts.js';

export type EditionBrake = {
  /** Counts one more letter that was tried; every so many, looks. */
  readonly onTried: (editionOn: Day) => Promise<void>;
  /** Stops the mail if the edition fares badly and nobody has let it go on all the same. */
  readonly look: (editionOn: Day) => Promise<void>;
};

const LOOK_EVERY_LETTERS = 50;

export function createEditionBrake({
  deliveries,
  returns,
  control,
  brake,
  log,
}: Pick<SenderParts, 'deliveries' | 'returns' | 'control' | 'brake' | 'log'>): EditionBrake {
  let tried = 0;

  const look = async (editionOn: Day): Promise<void> => {
    const counts = await deliveries.counts(editionOn);
    const returned = await returns.counts(editionOn);
    const reason = brake({
      sent: counts.sent + counts.ambiguous + counts.failed,
      hardBounces: returned['no-such-address'],
      complaints: returned.complaint,
    });
    if (reason === undefined || (await control.isReleased(editionOn))) return;
    if (await control.pause()) return;
    await control.stop('brake', reason);
    log.warn(`The digest of ${editionOn} has been stopped: ${reason}`);
  };

  return {
    async onTried(editionOn) {
      tried += 1;
      if (tried % LOOK_EVERY_LETTERS === 0) await look(editionOn);
    },
    look,
  };
}
