/** How the daily mail stands: whether it goes, to how many, and what became of the last edition. */

import type { Config } from '../../config.js';
import type { Database } from '../../database/database.js';
import { createControlStore } from '../../digest/delivery/control-store.js';
import { createDeliveryStore } from '../../digest/delivery/delivery-store.js';
import { createSubscriptionStore } from '../../digest/subscriptions/subscription-store.js';
import { pauseInWords } from '../digest-app.js';
import { attempted, type Check, type Finding } from './doctor-check.js';

export function digestCheck(database: Database, config: Config, now: () => Date): Promise<Check> {
  return attempted('daily mail', () => examine(database, config, now));
}

async function examine(database: Database, config: Config, now: () => Date): Promise<Finding> {
  const pause = await createControlStore(database, { now }).pause();
  const subscriptions = createSubscriptionStore(database, { now, keyedHash: nothingHashed });
  const { confirmed, suppressed } = await subscriptions.counts();
  const deliveries = createDeliveryStore(database, { now, maxRepeats: 0 });
  const [edition] = await deliveries.editions(1);
  const counts = edition && (await deliveries.counts(edition));
  const details = [
    `${confirmed} ${confirmed === 1 ? 'subscriber' : 'subscribers'}`,
    suppressed > 0 && `${suppressed} suppressed`,
    counts && `edition of ${edition}: ${counts.sent} sent, ${counts.failed} failed`,
    counts && counts.ambiguous > 0 && `${counts.ambiguous} ambiguous`,
    !config.digest && 'turned off here',
  ];
  const detail = details.filter(Boolean).join('; ');
  if (pause) {
    const { words, fix } = pauseInWords(pause);
    return { ok: false, detail: `${words}; ${detail}`, fix };
  }
  if (confirmed > 0 && !config.smtpUrl) {
    const fix = 'Set SMTP_URL: without a mail server they only have their feeds.';
    return { ok: false, detail, fix };
  }
  return { ok: true, detail, fix: confirmed > 0 ? 'See also "doctor mail".' : '' };
}

/** Nobody is looked up by an address here. */
function nothingHashed(): string {
  throw new RangeError('no address is known here');
}
