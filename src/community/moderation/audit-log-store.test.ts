import { expect, it } from 'vitest';
import { NOON } from '../../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../../test/support/databases.js';
import type { Database } from '../../database/database.js';
import { hashOf, sealOf } from './audit-log.js';
import { type AuditEntry, createAuditLog } from './audit-log-store.js';
import type { ModerationTables } from './tables.js';

const HIDDEN: AuditEntry = {
  actor: 'account-of-mia',
  action: 'comment-hidden',
  targetKind: 'comment',
  targetId: 'c1',
  details: { reason: 'advertisement' },
};

describeOnEveryDatabase('the audit log', (database) => {
  const log = () => createAuditLog(database(), { now: () => NOON });
  const append = (entry: Partial<AuditEntry> = {}) => write(database(), { ...HIDDEN, ...entry });

  it('is whole while it is empty', async () => {
    expect(await log().verify()).toMatchObject({ rows: 0, brokenAt: undefined });
  });

  it('shows the newest acts first, a page at a time', async () => {
    for (const targetId of ['c1', 'c2', 'c3']) await append({ targetId });
    const page = await log().page({ offset: 1, limit: 1 });
    expect(page.total).toBe(3);
    expect(page.rows).toMatchObject([{ number: 2, targetId: 'c2', action: 'comment-hidden' }]);
    expect(JSON.parse(page.rows[0]?.details ?? '')).toMatchObject({ reason: 'advertisement' });
  });

  it('tells what was done to one thing', async () => {
    await append();
    await append({ targetId: 'c2' });
    expect(await log().about('comment', 'c1')).toHaveLength(1);
  });

  it('is one chain when many write at once', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, each) => append({ targetId: `c${each}` })));
    expect(await log().verify()).toMatchObject({ rows: 40, brokenAt: undefined });
  });

  it('loses nothing to a transaction that is taken back', async () => {
    await append();
    const gaveUp = database()
      .connection.transaction()
      .execute(async (transaction) => {
        await log().append(transaction, { ...HIDDEN, targetId: 'c2' });
        throw new Error('changed its mind');
      });
    await expect(gaveUp).rejects.toThrow('changed its mind');
    await append({ targetId: 'c3' });
    expect(await log().verify()).toMatchObject({ rows: 2, brokenAt: undefined });
  });

  it.each([
    ['an actor', { actor: 'somebody-else' }],
    ['an act', { action: 'comment-shown' }],
    ['a time', { at_ms: 1 }],
    ['a target', { target_id: 'c9' }],
    ['a reason', { details: '{"reason":"kindness"}' }],
    ['a hash', { hash: 'f'.repeat(64) }],
  ])('is broken by an edit of %s', async (_, edit) => {
    for (const targetId of ['c1', 'c2', 'c3']) await append({ targetId });
    await rows(database()).updateTable('audit_log').set(edit).where('number', '=', 2).execute();
    expect(await log().verify()).toMatchObject({ brokenAt: 2 });
  });

  it('is broken by an edit whose hash was reckoned anew', async () => {
    for (const targetId of ['c1', 'c2', 'c3']) await append({ targetId });
    const [, second] = (await log().page({ offset: 0, limit: 3 })).rows;
    const forged = { ...second, actor: 'somebody-else' } as NonNullable<typeof second>;
    await rows(database())
      .updateTable('audit_log')
      .set({ actor: forged.actor, hash: hashOf(forged) })
      .where('number', '=', 2)
      .execute();
    expect(await log().verify()).toMatchObject({ brokenAt: 3 });
  });

  it('is broken by a row that was taken out', async () => {
    for (const targetId of ['c1', 'c2', 'c3']) await append({ targetId });
    await rows(database()).deleteFrom('audit_log').where('number', '=', 2).execute();
    expect(await log().verify()).toMatchObject({ brokenAt: 2 });
  });

  it('forgets a person and stays whole', async () => {
    await append({ actor: 'id-of-mia', targetId: 'c1' });
    await append({ actor: 'id-of-mia', targetId: 'id-of-ana', details: { reason: 'rude' } });
    await append({ targetId: 'c2', details: { reason: 'Ana@Example.org writes "spam"' } });
    await append({ targetId: 'c3', details: { reason: 'a 100% other_matter' } });
    await database()
      .connection.transaction()
      .execute((transaction) =>
        log().forget(transaction, {
          ids: ['id-of-ana'],
          words: ['id-of-ana', 'ana@example.org', '%', '_'],
        }),
      );
    const { rows: newestFirst } = await log().page({ offset: 0, limit: 9 });
    expect(JSON.stringify(newestFirst)).not.toMatch(/id-of-ana|ana@example/i);
    expect(newestFirst.map(({ actor }) => actor)).toContain('id-of-mia');
    expect(newestFirst[2]?.targetId).toBe(sealOf('id-of-ana'));
    expect(await log().verify()).toMatchObject({ rows: 4, brokenAt: undefined });
    await append();
    expect(await log().verify()).toMatchObject({ rows: 5, brokenAt: undefined });
  });
});

function write(database: Database, entry: AuditEntry): Promise<void> {
  const log = createAuditLog(database, { now: () => NOON });
  return database.connection.transaction().execute((transaction) => log.append(transaction, entry));
}

function rows({ connection }: Database) {
  return connection.$extendTables<ModerationTables>();
}
