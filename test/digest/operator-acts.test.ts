/** What operators do to the daily mail, and the line of it in the audit log. */

import { expect, it } from 'vitest';
import { createAuditLog } from '../../src/community/moderation/audit-log-store.js';
import { createControlStore } from '../../src/digest/delivery/control-store.js';
import { createOperatorActs } from '../../src/digest/operators/operator-acts-store.js';
import { createSuppressionStore } from '../../src/digest/subscriptions/suppression-store.js';
import type { Day } from '../../src/papers/dates.js';
import { NOON } from '../support/catalogue.js';
import { describeOnEveryDatabase } from '../support/databases.js';

const HASH = 'a'.repeat(64);
const OLGA = { id: 'olga' };
const now = () => NOON;

describeOnEveryDatabase('what operators do to the daily mail', (database) => {
  function parts(failure?: Error) {
    const audit = createAuditLog(database(), { now });
    const control = createControlStore(database(), { now });
    const suppressions = createSuppressionStore(database(), { now });
    const acts = createOperatorActs(database(), {
      audit: failure ? { append: () => Promise.reject(failure) } : audit,
      control,
      suppressions,
      resume: ({ editionOn }) => control.resume({ editionOn }),
    });
    return { audit, control, suppressions, acts };
  }

  async function logged(): Promise<readonly string[]> {
    const { rows } = await parts().audit.page({ offset: 0, limit: 10 });
    return rows.map(({ actor, action, details }) => {
      const { salt, ...told } = JSON.parse(details) as Record<string, unknown>;
      return `${actor} ${action} ${JSON.stringify(told)}`;
    });
  }

  it('is done, and told in the audit log', async () => {
    const { control, suppressions, acts, audit } = parts();
    await acts.stop(OLGA, 'Too hot.');
    expect(await control.pause()).toMatchObject({ by: 'operator', reason: 'Too hot.' });
    await acts.resume(OLGA, { sendsOverdue: false, editionOn: '2026-11-20' as Day });
    expect(await control.pause()).toBeUndefined();
    await suppressions.suppress({ addressHash: HASH, reason: 'complaint', detail: '' });
    expect(await acts.release(OLGA, HASH, 'She wrote to us.')).toEqual({ changed: true });
    expect(await suppressions.find(HASH)).toBeUndefined();
    expect(await logged()).toEqual([
      'olga address-released {"reason":"She wrote to us."}',
      'olga digest-resumed {"sendsOverdue":false,"editionOn":"2026-11-20"}',
      'olga digest-stopped {"reason":"Too hot."}',
    ]);
    expect(await audit.verify()).toMatchObject({ brokenAt: undefined });
  });

  it('is told only if it changes something', async () => {
    expect(await parts().acts.release(OLGA, HASH, '')).toEqual({ changed: false });
    expect(await logged()).toEqual([]);
  });

  it('is not done when it cannot be told', async () => {
    const { control, suppressions, acts } = parts(new Error('the log is full'));
    await suppressions.suppress({ addressHash: HASH, reason: 'bounces', detail: '' });
    await expect(acts.stop(OLGA, '')).rejects.toThrow('the log is full');
    await expect(acts.release(OLGA, HASH, '')).rejects.toThrow('the log is full');
    expect(await control.pause()).toBeUndefined();
    expect(await suppressions.find(HASH)).toBeDefined();
  });
});
