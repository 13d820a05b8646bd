import { beforeEach, expect, it } from 'vitest';
import { addAccount } from '../../../test/support/accounts.js';
import { NOON, record } from '../../../test/support/catalogue.js';
import { describeOnEveryDatabase } from '../../../test/support/databases.js';
import type { Account } from '../../accounts/account.js';
import { createKeyedHash } from '../../accounts/keyed-hash.js';
import type { PaperId } from '../../papers/identifiers.js';
import { createPaperStore } from '../../papers/paper-store.js';
import { createAuditLog } from '../moderation/audit-log-store.js';
import type { ModerationTables } from '../moderation/tables.js';
import { authorAddressHash } from './author-match.js';
import { MOST_PENDING_CLAIMS } from './claim.js';
import { createClaimStore } from './claim-store.js';

const now = () => NOON;
const keyedHash = createKeyedHash('a secret of this test, long enough');
const CARBERRY = '0000-0002-1825-0097';
const AS_ANA = { authorName: 'Ana Ruiz', statement: 'It is on my page.' };

describeOnEveryDatabase('claims', (database) => {
  let ana: Account;
  let mia: Account;
  let paperId: PaperId;
  const tables = () => database().connection.$extendTables<ModerationTables>();
  const audit = () => createAuditLog(database(), { now });
  const claims = () =>
    createClaimStore(database(), {
      now,
      keyedHash,
      audit: audit(),
      votes: {
        markOwn: async (transaction, accountId, id) => {
          await transaction
            .$extendTables<ModerationTables>()
            .updateTable('votes')
            .set({ is_own: 1 })
            .where('account_id', '=', accountId)
            .where('paper_id', '=', id)
            .execute();
        },
      },
    });

  beforeEach(async () => {
    ana = await addAccount(database(), { name: 'ana' });
    mia = await addAccount(database(), { name: 'mia', role: 'moderator' });
    [paperId] = await addPapers('Attention is enough');
  });

  async function addPapers(...titles: string[]): Promise<[PaperId, ...PaperId[]]> {
    const papers = createPaperStore(database(), { now, timeZone: 'UTC' });
    const added = await papers.add(
      titles.map((title) => record({ title, authors: ['Ana Ruiz', 'Bo Li'] })),
    );
    return added.map(({ id }) => id) as [PaperId, ...PaperId[]];
  }

  async function name(kind: 'orcid' | 'email', value: string): Promise<void> {
    const author = { paper_id: paperId, kind, value, author_name: 'Ana Ruiz' };
    await tables().insertInto('paper_authors').values(author).execute();
  }

  async function link(issuer: string, subject: string): Promise<void> {
    await tables()
      .insertInto('account_identities')
      .values({ issuer, subject, account_id: ana.id, label: '', linked_at_ms: 0 })
      .execute();
  }

  it('wait for a moderator when nothing proves them', async () => {
    expect(await claims().claim(ana, paperId, AS_ANA)).toMatchObject({ status: 'pending' });
    expect((await claims().authorsOf([paperId])).size).toBe(0);
  });

  it('are one, however often they are made', async () => {
    const first = await claims().claim(ana, paperId, AS_ANA);
    const all = await Promise.all([1, 2, 3].map(() => claims().claim(ana, paperId, AS_ANA)));
    expect(all).toEqual([first, first, first]);
  });

  it.each(['https://orcid.org', 'https://orcid.org/'])(
    'are accepted at once by the ORCID iD of %s',
    async (issuer) => {
      await name('orcid', CARBERRY);
      await link(issuer, `https://orcid.org/${CARBERRY}`);
      const claim = await claims().claim(ana, paperId, { ...AS_ANA, authorName: 'Bo Li' });
      expect(claim).toMatchObject({ status: 'accepted', verifiedBy: 'orcid' });
      // It is the author with that iD, whatever was chosen.
      expect((await claims().authorsOf([paperId])).get(paperId)).toEqual([
        { accountId: ana.id, name: 'ana', displayName: 'ana', authorName: 'Ana Ruiz' },
      ]);
    },
  );

  it.each([
    ['https://sandbox.orcid.org', CARBERRY],
    ['https://orcid.org.evil.example', CARBERRY],
    ['https://evil.example/orcid.org', CARBERRY],
    ['http://orcid.org', CARBERRY],
    ['https://orcid.org', '0000-0001-5109-3700'],
    ['https://orcid.org', 'ana'],
  ])('are not accepted by %s saying %s', async (issuer, subject) => {
    await name('orcid', CARBERRY);
    await link(issuer, subject);
    expect(await claims().claim(ana, paperId, AS_ANA)).toMatchObject({ status: 'pending' });
  });

  it('are accepted at once by the address of the account', async () => {
    await name('email', authorAddressHash(keyedHash, 'Ana@Example.ORG') ?? '');
    const claim = await claims().claim(ana, paperId, AS_ANA);
    expect(claim).toMatchObject({ status: 'accepted', verifiedBy: 'email' });
  });

  it('are not accepted by the bare address or the hash of another installation', async () => {
    await name('email', 'ana@example.org');
    await name('email', authorAddressHash(createKeyedHash('other'), 'ana@example.org') ?? '');
    expect(await claims().claim(ana, paperId, AS_ANA)).toMatchObject({ status: 'pending' });
  });

  it('prove themselves later, when the person has linked their iD', async () => {
    await claims().claim(ana, paperId, AS_ANA);
    await name('orcid', CARBERRY);
    expect(await claims().proveAgain(ana.id)).toBe(0);
    await link('https://orcid.org', CARBERRY);
    expect(await claims().proveAgain(ana.id)).toBe(1);
    expect(await claims().claimOn(ana.id, paperId)).toMatchObject({ verifiedBy: 'orcid' });
  });

  it('make the votes of the person their own', async () => {
    await tables()
      .insertInto('votes')
      .values({ paper_id: paperId, account_id: ana.id, voted_at_ms: 0, is_own: 0 })
      .execute();
    const { id } = await claims().claim(ana, paperId, AS_ANA);
    expect(await tables().selectFrom('votes').select('is_own').execute()).toEqual([{ is_own: 0 }]);
    await claims().decide(mia, id, { isAccepted: true, reason: '' });
    expect(await tables().selectFrom('votes').select('is_own').execute()).toEqual([{ is_own: 1 }]);
  });

  it('are decided by a moderator, who is written down, and the person is told', async () => {
    const { id } = await claims().claim(ana, paperId, AS_ANA);
    await claims().decide(mia, id, { isAccepted: true, reason: 'Known to us.' });
    expect(await claims().claimOn(ana.id, paperId)).toMatchObject({
      status: 'accepted',
      verifiedBy: 'moderator',
    });
    await claims().decide(mia, id, { isAccepted: false, reason: 'Or not.' });
    expect(await claims().claimOn(ana.id, paperId)).toMatchObject({ status: 'refused' });
    const { rows } = await audit().page({ offset: 0, limit: 9 });
    expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
      ['claim-refused', mia.id],
      ['claim-accepted', mia.id],
    ]);
    const told = await database()
      .connection.$extendTables<{ notifications: { account_id: string; text: string } }>()
      .selectFrom('notifications')
      .select(['account_id', 'text'])
      .execute();
    expect(told).toHaveLength(2);
    expect(told.map(({ text }) => text).join(' ')).toContain('Or not.');
  });

  it('are not decided by the person, by an equal, or by a reader', async () => {
    const own = await claims().claim(mia, paperId, AS_ANA);
    const other = await addAccount(database(), { name: 'max', role: 'moderator' });
    for (const moderator of [mia, other, ana]) {
      await expect(
        claims().decide(moderator, own.id, { isAccepted: true, reason: '' }),
      ).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(
      claims().decide(other, 'no-such-claim', { isAccepted: true, reason: '' }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are refused for names that the paper does not have, and papers that are not here', async () => {
    await expect(
      claims().claim(ana, paperId, { ...AS_ANA, authorName: 'Ann Ruiz' }),
    ).rejects.toMatchObject({ code: 'not_acceptable' });
    await expect(claims().claim(ana, 'nowhere' as PaperId, AS_ANA)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('can be taken back and made again, but not after a refusal', async () => {
    const { id } = await claims().claim(ana, paperId, AS_ANA);
    expect(await claims().withdraw(ana.id, paperId)).toBe(true);
    expect(await claims().withdraw(ana.id, paperId)).toBe(false);
    const again = await claims().claim(ana, paperId, AS_ANA);
    expect(again.id).not.toBe(id);
    await claims().decide(mia, again.id, { isAccepted: false, reason: '' });
    expect(await claims().withdraw(ana.id, paperId)).toBe(false);
    await expect(claims().claim(ana, paperId, AS_ANA)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of one account are so many at most before one is decided', async () => {
    const titles = Array.from({ length: MOST_PENDING_CLAIMS }, (_, each) => `Paper ${each}`);
    for (const id of await addPapers(...titles)) await claims().claim(ana, id, AS_ANA);
    await expect(claims().claim(ana, paperId, AS_ANA)).rejects.toMatchObject({ code: 'conflict' });
    expect(await claims().claimsOf(ana.id)).toHaveLength(MOST_PENDING_CLAIMS);
  });
});
