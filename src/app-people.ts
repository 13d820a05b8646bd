/**
 * The part of the composition root that concerns people: their accounts, what they do, who
 * decides, and how it is counted.
 */

import { resolve } from 'node:path';
import { type AccountStore, createAccountStore } from './accounts/account-store.js';
import { type ApiTokenStore, createApiTokenStore } from './accounts/api-token-store.js';
import { createEmailChange, type EmailChange } from './accounts/email-change.js';
import { createFirstOperator, type FirstOperator } from './accounts/first-operator.js';
import { createIdentityProviderClient } from './accounts/identity-provider-client.js';
import {
  createIdentityUnlinker,
  type IdentityUnlinker,
} from './accounts/identity-provider-store.js';
import { createIdentityProviders, type IdentityProviders } from './accounts/identity-providers.js';
import { createKeyedHash, type KeyedHash } from './accounts/keyed-hash.js';
import { linkOrigin } from './accounts/link-origin.js';
import {
  createOneTimeSecretStore,
  type OneTimeSecretStore,
} from './accounts/one-time-secret-store.js';
import { createPasskeyStore } from './accounts/passkey-store.js';
import { createPasskeys, type Passkeys } from './accounts/passkeys.js';
import { createSessionStore, type SessionStore } from './accounts/session-store.js';
import { createSignIn, type SignIn } from './accounts/sign-in.js';
import { type ClaimStore, createClaimStore } from './community/claims/claim-store.js';
import { type CollectionStore, createCollectionStore } from './community/collection-store.js';
import { type CommentStore, createCommentStore } from './community/comment-store.js';
import { type Commenting, createCommenting } from './community/commenting.js';
import { createDismissalStore, type DismissalStore } from './community/dismissal-store.js';
import { createFollowStore, type FollowStore } from './community/follow-store.js';
import { matchesBlocklist } from './community/moderation/blocklist.js';
import { createModeration, type Moderation } from './community/moderation/moderation-store.js';
import { createMailKeys, type MailKeys } from './community/notification-mail-keys.js';
import { createNotificationMails, type NotificationMails } from './community/notification-mails.js';
import { createNotificationStore, type NotificationStore } from './community/notification-store.js';
import { createPickStore, type PickStore } from './community/pick-store.js';
import { createDeletionStore, type DeletionStore } from './community/privacy/deletion-store.js';
import { createExportStore, type ExportStore } from './community/privacy/export-store.js';
import { createRetentionStore, type RetentionStore } from './community/privacy/retention-store.js';
import { createTombstoneFile, type TombstoneFile } from './community/privacy/tombstones-client.js';
import { createSubmissionStore } from './community/submission-store.js';
import { createSubmissionTokens } from './community/submission-token.js';
import { createSubmissions, type Submissions } from './community/submissions.js';
import { createVoteStore, type VoteStore } from './community/vote-store.js';
import type { Config } from './config.js';
import type { Database } from './database/database.js';
import {
  createSubscriptionStore,
  type SubscriptionStore,
} from './digest/subscriptions/subscription-store.js';
import type { EditionStore } from './editions/edition.js';
import { createEditionStore } from './editions/edition-store.js';
import { BroadsheetError } from './errors.js';
import type { Mailer } from './mail/mailer.js';
import type { PaperStore } from './papers/catalogue.js';
import type { PaperLookup } from './sources/lookup/paper-lookup-client.js';
import { createTrendingStore, type TrendingStore } from './trending/trending-store.js';

export type PeopleParts = {
  readonly config: Config;
  readonly database: Database;
  readonly papers: PaperStore;
  readonly lookup: PaperLookup;
  readonly mailer: Mailer;
  /** See `readSecret`. */
  readonly secret: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  /** Where the site answers, once it does. */
  readonly listensAt: () => string | undefined;
  /** What went wrong behind an answer that was given already. */
  readonly onFailure: (what: string, error: unknown) => void;
};

/** All that people may do, and what comes of it. */
export type People = {
  readonly accounts: AccountStore;
  readonly apiTokens: ApiTokenStore;
  readonly claims: ClaimStore;
  readonly collections: CollectionStore;
  readonly commenting: Commenting;
  readonly comments: CommentStore;
  readonly deletions: DeletionStore;
  readonly dismissals: DismissalStore;
  readonly editions: EditionStore;
  readonly emailChange: EmailChange;
  readonly exports: ExportStore;
  readonly firstOperator: FirstOperator;
  readonly follows: FollowStore;
  readonly identityProviders: IdentityProviders;
  readonly identityUnlinker: IdentityUnlinker;
  readonly keyedHash: KeyedHash;
  readonly mailKeys: MailKeys;
  readonly moderation: Moderation;
  readonly notificationMails: NotificationMails;
  readonly notifications: NotificationStore;
  readonly passkeys: Passkeys;
  readonly picks: PickStore;
  readonly retention: RetentionStore;
  readonly secrets: OneTimeSecretStore;
  readonly sessions: SessionStore;
  readonly signIn: SignIn;
  readonly submissions: Submissions;
  readonly subscriptions: SubscriptionStore;
  /** The accounts that were deleted, beside the database. */
  readonly tombstones: TombstoneFile;
  readonly trending: TrendingStore;
  readonly votes: VoteStore;
};

export function createPeople(parts: PeopleParts): People {
  const { config, database, papers, lookup, mailer, now, listensAt, onFailure } = parts;
  const { title, baseUrl, registration } = config;
  const keyedHash = createKeyedHash(parts.secret);
  const site = { title, baseUrl, listensAt };

  const accounts = createAccountStore(database, { now });
  const sessions = createSessionStore(database, { now });
  const secrets = createOneTimeSecretStore(database, { now });
  const apiTokens = createApiTokenStore(database, { now });

  const trending = createTrendingStore(database, { now });
  const votes = createVoteStore(database, { now, evidence: trending });
  const collections = createCollectionStore(database, { now, evidence: trending });
  const comments = createCommentStore(database, { now, evidence: trending });
  const moderation = createModeration(database, { now, comments, collections, evidence: trending });
  const { audit, blocklist } = moderation;
  const picks = createPickStore(database, { now, audit });
  const claims = createClaimStore(database, { now, keyedHash, audit, votes });
  const notifications = createNotificationStore(database, { now });
  const mailKeys = createMailKeys(keyedHash);
  const subscriptions = createSubscriptionStore(database, { now, keyedHash });
  const tombstones = createTombstoneFile(resolve(config.data, 'deletions.txt'));

  /** Whether an address, or what somebody wrote, stands on the blocklist. */
  const isBlocked = async (subject: Parameters<typeof matchesBlocklist>[1]): Promise<boolean> =>
    matchesBlocklist(await blocklist.entries(), subject) !== undefined;
  const isUnwelcome = (address: string) => isBlocked({ address });

  const letters = {
    accounts,
    sessions,
    secrets,
    mailer,
    now,
    site,
    onFailure: (error: unknown) => onFailure('A letter could not be sent', error),
  };

  return {
    accounts,
    apiTokens,
    claims,
    collections,
    commenting: createCommenting({
      store: comments,
      newComments: config.newComments,
      isBlocked: ({ text, links, email }) => isBlocked({ text, links, address: email }),
      now,
    }),
    comments,
    deletions: createDeletionStore(database, {
      keyedHash,
      audit,
      votes,
      comments,
      picks,
      collections,
      evidence: trending,
      subscriptions,
      keepTombstones: tombstones.add,
    }),
    dismissals: createDismissalStore(database, { now }),
    editions: createEditionStore(database, { now }),
    emailChange: createEmailChange(letters),
    exports: createExportStore(database, { now }),
    firstOperator: createFirstOperator({ accounts, sessions, secrets }),
    follows: createFollowStore(database, { now }),
    identityProviders: createIdentityProviders({
      providers: config.identityProviders,
      clientFor: (provider) => createIdentityProviderClient(provider, { fetch: parts.fetch, now }),
      accounts,
      secrets,
      registration,
      isUnwelcome,
      origins: { baseUrl, listensAt },
      onFailure: (name, reason) =>
        onFailure(`Signing in with ${name} failed`, new BroadsheetError('not_available', reason)),
    }),
    identityUnlinker: createIdentityUnlinker(database),
    keyedHash,
    mailKeys,
    moderation,
    notificationMails: createNotificationMails({
      notifications,
      mailer,
      site: {
        title,
        // Where the site listens is known only when it does.
        get baseUrl() {
          return linkOrigin({ baseUrl, listensAt }, undefined);
        },
      },
      offKey: mailKeys.keyFor,
      onFailure: (error) => onFailure('A notification could not be mailed', error),
    }),
    notifications,
    passkeys: createPasskeys({
      passkeys: createPasskeyStore(database, { now }),
      secrets,
      siteTitle: title,
      onSuspicion: ({ label, accountId }) =>
        onFailure(
          `The passkey ${label} of the account ${accountId} may have been copied`,
          new RangeError('its counter went back'),
        ),
    }),
    picks,
    retention: createRetentionStore(database, { now, evidence: trending }),
    secrets,
    sessions,
    signIn: createSignIn({ ...letters, keyedHash, registration, isUnwelcome }),
    submissions: createSubmissions({
      papers,
      lookup,
      store: createSubmissionStore(database, { now, votes }),
      tokens: createSubmissionTokens({ keyedHash, now }),
      blocklist,
      rules: {
        submitters: config.submitters,
        perDay: config.submissionsPerDay,
        ageDays: config.submissionAgeDays,
        ownPapers: config.ownSubmissions,
      },
      timeZone: config.timeZone,
      now,
    }),
    subscriptions,
    tombstones,
    trending,
    votes,
  };
}
