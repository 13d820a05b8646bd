import { describe, expect, it } from 'vitest';
import { judge } from './comment-rules.js';

const NOW = new Date('2026-11-20T12:00:00Z');
const HOUR_MS = 3_600_000;

const NEW = {
  role: 'reader',
  createdAtMs: NOW.getTime() - HOUR_MS,
  trustedAtMs: undefined,
} as const;
const OLD = { ...NEW, createdAtMs: NOW.getTime() - 1_000 * HOUR_MS };

function statusOf(given: Partial<Parameters<typeof judge>[0]>): string {
  return judge({
    links: 0,
    mentions: 0,
    account: OLD,
    now: NOW,
    newComments: 'held-with-links',
    blocked: false,
    ...given,
  }).status;
}

describe('a comment', () => {
  it('of somebody known is shown, with links, too', () => {
    expect(statusOf({ links: 20, mentions: 20, newComments: 'held' })).toBe('shown');
  });

  it('of a new account is shown when it has no links', () => {
    expect(statusOf({ account: NEW })).toBe('shown');
    expect(statusOf({ account: NEW, links: 1 })).toBe('held');
    expect(statusOf({ account: NEW, mentions: 4 })).toBe('held');
  });

  it('of a new account is as the operator has set it', () => {
    expect(statusOf({ account: NEW, links: 1, newComments: 'shown' })).toBe('shown');
    expect(statusOf({ account: NEW, newComments: 'held' })).toBe('held');
  });

  it('of a new account that a moderator trusts is like that of an old one', () => {
    const trusted = { ...NEW, trustedAtMs: NOW.getTime() };
    expect(statusOf({ account: trusted, links: 1 })).toBe('shown');
  });

  it('with something on the blocklist is held, whoever wrote it but a moderator', () => {
    expect(statusOf({ blocked: true })).toBe('held');
    expect(statusOf({ blocked: true, account: { ...OLD, role: 'curator' } })).toBe('held');
    expect(statusOf({ blocked: true, account: { ...OLD, role: 'moderator' } })).toBe('shown');
  });

  it('that is held says why, without naming the entry', () => {
    const { reason } = judge({
      links: 0,
      mentions: 0,
      account: OLD,
      now: NOW,
      newComments: 'shown',
      blocked: true,
    });
    expect(reason).toMatch(/^Something in it/);
  });
});
