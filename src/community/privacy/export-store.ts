/**
 * All that an account left here, as one JSON object for the person to take away. It is written
 * piece by piece, so that it may be long; it holds no secret and no hash.
 */

import { sql } from 'kysely';
import type { AccountId } from '../../accounts/account.js';
import { createAccountDataStore } from '../../accounts/account-data-store.js';
import type { Database } from '../../database/database.js';
import type { ModerationTables } from '../moderation/tables.js';

export type ExportStore = {
  /** The text of the JSON object, in pieces. */
  readonly exportOf: (accountId: AccountId) => AsyncGenerator<string>;
};

type Row = Readonly<Record<string, unknown>>;

type Page = { readonly offset: number; readonly limit: number };

type List = { readonly name: string; readonly page: (page: Page) => Promise<readonly Row[]> };

type ExportTables = ModerationTables & {
  passkeys: {
    credential_id: string;
    account_id: string;
    label: string;
    created_at_ms: number;
    used_at_ms: number | null;
  };
  collection_papers: {
    collection_id: string;
    paper_id: string;
    position: number;
    note: string;
    added_at_ms: number;
  };
  follows: {
    account_id: string;
    kind: string;
    value: string;
    label: string;
    followed_at_ms: number;
  };
  dismissals: { account_id: string; paper_id: string; dismissed_at_ms: number };
  notifications: {
    id: string;
    account_id: string;
    kind: string;
    paper_id: string | null;
    comment_id: string | null;
    text: string;
    made_at_ms: number;
    read_at_ms: number | null;
  };
  subscribers: {
    id: string;
    account_id: string | null;
    address: string | null;
    status: string;
    preferences: string;
    requested_at_ms: number;
    requested_from: string;
    confirmed_at_ms: number | null;
    ended_at_ms: number | null;
    ended_by: string | null;
  };
  deliveries: {
    edition_on: string;
    subscriber_id: string;
    state: string;
    contents: string | null;
    sent_at_ms: number | null;
  };
};

const ROWS_AT_ONCE = 1_000;

export function createExportStore(
  database: Database,
  world: { readonly now: () => Date },
): ExportStore {
  const tables = database.connection.$extendTables<ExportTables>();
  const accounts = createAccountDataStore(database, world);

  const listsOf = (accountId: AccountId): readonly List[] => [
    {
      name: 'passkeys',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('passkeys')
          .select(['label', 'created_at_ms as createdAtMs', 'used_at_ms as usedAtMs'])
          .where('account_id', '=', accountId)
          .orderBy('created_at_ms')
          .orderBy('credential_id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'votes',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('votes')
          .select(['paper_id as paper', 'voted_at_ms as votedAtMs', 'is_own as isOwn'])
          .where('account_id', '=', accountId)
          .orderBy('voted_at_ms')
          .orderBy('paper_id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'comments',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('comments')
          .select(['id', 'paper_id as paper', 'parent_id as answerTo', 'text', 'status'])
          .select(['status_reason as statusReason', 'written_at_ms as writtenAtMs'])
          .select('edited_at_ms as editedAtMs')
          .where('account_id', '=', accountId)
          .orderBy('written_at_ms')
          .orderBy('id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'submissions',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('picks')
          .select(['day', 'paper_id as paper', 'kind', 'note', 'picked_at_ms as pickedAtMs'])
          .select('removed_at_ms as removedAtMs')
          .where('account_id', '=', accountId)
          .orderBy('picked_at_ms')
          .orderBy('paper_id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'collections',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('collections')
          .select(['id', 'title', 'description', 'visibility', 'created_at_ms as createdAtMs'])
          .select(['changed_at_ms as changedAtMs', 'hidden_at_ms as hiddenAtMs'])
          .where('account_id', '=', accountId)
          .orderBy('created_at_ms')
          .orderBy('id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'collectedPapers',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('collection_papers')
          .innerJoin('collections', 'collections.id', 'collection_papers.collection_id')
          .select(['collection_id as collection', 'paper_id as paper', 'note'])
          .select('added_at_ms as addedAtMs')
          .where('account_id', '=', accountId)
          .orderBy('collection_id')
          .orderBy('position')
          .orderBy('paper_id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'follows',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('follows')
          .select(['kind', 'value', 'label', 'followed_at_ms as followedAtMs'])
          .where('account_id', '=', accountId)
          .orderBy('kind')
          .orderBy('value')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'dismissals',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('dismissals')
          .select(['paper_id as paper', 'dismissed_at_ms as dismissedAtMs'])
          .where('account_id', '=', accountId)
          .orderBy('paper_id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'claims',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('authorship_claims')
          .select(['paper_id as paper', 'author_name as author', 'statement', 'status'])
          .select(['verified_by as verifiedBy', 'claimed_at_ms as claimedAtMs'])
          .select('decided_at_ms as decidedAtMs')
          .where('account_id', '=', accountId)
          .orderBy('claimed_at_ms')
          .orderBy('paper_id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'notifications',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('notifications')
          .select(['kind', 'paper_id as paper', 'comment_id as comment', 'text'])
          .select(['made_at_ms as madeAtMs', 'read_at_ms as readAtMs'])
          .where('account_id', '=', accountId)
          .orderBy('made_at_ms')
          .orderBy('id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      name: 'subscriptions',
      page: async ({ offset, limit }) => {
        const rows = await tables
          .selectFrom('subscribers')
          .select(['address', 'status', 'preferences', 'requested_at_ms as requestedAtMs'])
          .select(['requested_from as requestedFrom', 'confirmed_at_ms as confirmedAtMs'])
          .select(['ended_at_ms as endedAtMs', 'ended_by as endedBy'])
          .where('account_id', '=', accountId)
          .orderBy('requested_at_ms')
          .orderBy('id')
          .offset(offset)
          .limit(limit)
          .execute();
        return rows.map((row) => ({ ...row, preferences: JSON.parse(row.preferences) as unknown }));
      },
    },
    {
      name: 'dailyMails',
      page: async ({ offset, limit }) => {
        const rows = await tables
          .selectFrom('deliveries')
          .innerJoin('subscribers', 'subscribers.id', 'deliveries.subscriber_id')
          .select(['edition_on as edition', 'state', 'contents', 'sent_at_ms as sentAtMs'])
          .where('account_id', '=', accountId)
          .orderBy('edition_on')
          .orderBy('subscriber_id')
          .offset(offset)
          .limit(limit)
          .execute();
        return rows.map(({ contents, ...row }) => ({
          ...row,
          ...(contents !== null && { contents: JSON.parse(contents) as unknown }),
        }));
      },
    },
    {
      name: 'reports',
      page: ({ offset, limit }) =>
        tables
          .selectFrom('reports')
          .select(['target_kind as kind', 'target_id as target', 'reason', 'outcome'])
          .select(['reported_at_ms as reportedAtMs', 'resolved_at_ms as resolvedAtMs'])
          .where('reporter_id', '=', accountId)
          .orderBy('reported_at_ms')
          .orderBy('id')
          .offset(offset)
          .limit(limit)
          .execute(),
    },
    {
      // What was decided about the account, and what it decided; not who decided about it.
      name: 'decisions',
      page: async ({ offset, limit }) => {
        const rows = await tables
          .selectFrom('audit_log')
          .select(['number', 'at_ms as atMs', 'action', 'target_kind as kind', 'details'])
          .select(sql<number>`case when actor = ${accountId} then 1 else 0 end`.as('isByAccount'))
          .where((build) =>
            build.or([build('actor', '=', accountId), build('target_id', '=', accountId)]),
          )
          .orderBy('number')
          .offset(offset)
          .limit(limit)
          .execute();
        return rows.map(({ details, ...row }) => ({ ...row, reason: reasonIn(details) }));
      },
    },
  ];

  return {
    async *exportOf(accountId) {
      const found = await accounts.accountData(accountId);
      yield `{"account":${JSON.stringify(readable({ ...found?.account }))}`;
      const { identities = [], sessions = [], tokens = [] } = found ?? {};
      for (const [name, rows] of Object.entries({ identities, sessions, tokens })) {
        yield `,\n${JSON.stringify(name)}:${JSON.stringify(rows.map(readable))}`;
      }
      for (const { name, page } of listsOf(accountId)) {
        yield `,\n${JSON.stringify(name)}:[`;
        for (let offset = 0; ; offset += ROWS_AT_ONCE) {
          const rows = await page({ offset, limit: ROWS_AT_ONCE });
          const texts = rows.map((row) => JSON.stringify(readable(row)));
          if (texts.length > 0) yield (offset > 0 ? ',\n' : '\n') + texts.join(',\n');
          if (rows.length < ROWS_AT_ONCE) break;
        }
        yield ']';
      }
      yield '}\n';
    },
  };
}

/** The reason in the details of a decision; none when they were sealed. */
function reasonIn(details: string): string {
  try {
    const { reason } = JSON.parse(details) as { readonly reason?: unknown };
    return typeof reason === 'string' ? reason : '';
  } catch {
    return '';
  }
}

/** Times as dates, and yes and no as such; what is not known is left out. */
function readable(row: object): Row {
  const entries = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (name.endsWith('AtMs')) return [name.slice(0, -2), new Date(Number(value)).toISOString()];
      if (name === 'atMs') return ['at', new Date(Number(value)).toISOString()];
      if (/^is[A-Z]/.test(name)) return [name, value === true || Number(value) === 1];
      return [name, value];
    }),
  );
}
