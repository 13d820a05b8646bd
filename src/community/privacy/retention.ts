/** For how long what is not needed for ever is kept. `/privacy` shows this table. */

const DAY_MS = 86_400_000;

export type Retention = {
  /** What is kept, as the page says it. */
  readonly what: string;
  readonly days: number;
  /** What becomes of it then. */
  readonly afterwards: string;
};

export const RETENTION: Readonly<
  Record<'networks' | 'secrets' | 'notifications' | 'reports', Retention>
> = {
  networks: {
    what: 'A keyed hash of the network from which an account was made or a vote came, never an address',
    days: 90,
    afterwards: 'forgotten; the account and the vote stay',
  },
  secrets: {
    what: 'Hashes of sign-in links, codes and other things that can be used once',
    days: 30,
    afterwards: 'deleted at the latest; mostly within a day after they ended',
  },
  notifications: {
    what: 'Notifications that were read',
    days: 180,
    afterwards: 'deleted',
  },
  reports: {
    what: 'Reports to the moderators that were decided',
    days: 365,
    afterwards: 'deleted',
  },
};

/** The last moment of which something is forgotten now. */
export function forgottenBefore(what: keyof typeof RETENTION, now: Date): number {
  return now.getTime() - RETENTION[what].days * DAY_MS;
}
