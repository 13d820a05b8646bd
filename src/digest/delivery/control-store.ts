/** Whether the daily mail is stopped, and by whom. */

import type { Database } from '../../database/database.js';
import type { Day } from '../../papers/dates.js';
import type { Pause } from './delivery.js';
import { CONTROL_ROW, type DeliveryTables, toPause } from './delivery-rows.js';

export type ControlStore = {
  readonly pause: () => Promise<Pause | undefined>;
  /** Stops the mail at the next letter. What stopped it first stays the reason, but for `restored`. */
  readonly stop: (by: Pause['by'], reason: string) => Promise<void>;
  /**
   * Lets it go on. An edition that the brake stopped is not stopped by it again, nor is an earlier
   * one, of which late complaints still come in.
   */
  readonly resume: (options: { readonly editionOn?: Day | undefined }) => Promise<void>;
  /** Whether the operator has let an edition go on after the brake. */
  readonly isReleased: (editionOn: Day) => Promise<boolean>;
  /** Until when this database knows that mail was being sent. */
  readonly sendingUntilMs: () => Promise<number>;
  /** An earlier time than the one that is known changes nothing. */
  readonly setSendingUntilMs: (untilMs: number) => Promise<void>;
};

export function createControlStore(
  { connection }: Database,
  { now }: { readonly now: () => Date },
): ControlStore {
  const tables = connection.$extendTables<DeliveryTables>();
  const read = () =>
    tables
      .selectFrom('digest_control')
      .selectAll()
      .where('id', '=', CONTROL_ROW)
      .executeTakeFirstOrThrow();
  const update = () => tables.updateTable('digest_control').where('id', '=', CONTROL_ROW);

  return {
    pause: async () => toPause(await read()),

    async stop(by, reason) {
      await update()
        .set({ paused_by: by, pause_reason: reason, paused_at_ms: now().getTime() })
        .$if(by !== 'restored', (query) => query.where('paused_by', 'is', null))
        // Found again at every start; it began with the first.
        .$if(by === 'restored', (query) =>
          query.where(({ eb, or }) =>
            or([eb('paused_by', 'is', null), eb('paused_by', '!=', 'restored')]),
          ),
        )
        .execute();
    },

    async resume({ editionOn }) {
      await update()
        .set({
          paused_by: null,
          pause_reason: null,
          paused_at_ms: null,
        })
        .execute();
      if (editionOn === undefined) return;
      await update()
        .set({ released_on: editionOn })
        .where((is) => is.or([is('released_on', 'is', null), is('released_on', '<', editionOn)]))
        .execute();
    },

    async isReleased(editionOn) {
      const { released_on: releasedOn } = await read();
      return releasedOn !== null && editionOn <= releasedOn;
    },

    sendingUntilMs: async () => (await read()).sending_until_ms,

    async setSendingUntilMs(untilMs) {
      await update()
        .set({ sending_until_ms: untilMs })
        .where('sending_until_ms', '<', untilMs)
        .execute();
    },
  };
}
