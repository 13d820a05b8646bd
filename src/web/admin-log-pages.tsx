/** The overview of moderators, the audit log and the blocklist. */

import type { AccountId, PublicAccount } from '../accounts/account.js';
import { type AuditRow, isSealed } from '../community/moderation/audit-log.js';
import type { AuditVerdict } from '../community/moderation/audit-log-store.js';
import { BLOCKLIST_KINDS } from '../community/moderation/blocklist.js';
import type { StoredBlocklistEntry } from '../community/moderation/blocklist-store.js';
import type { QueueCounts, QueueStore } from '../community/moderation/queue-store.js';
import { paperPath } from '../papers/identifiers.js';
import { momentInWords } from './calendar-words.js';
import type { View } from './context.js';
import { count } from './counts.js';
import { CsrfField } from './csrf-field.js';
import type { Markup } from './markup.js';
import { LONGEST_REASON } from './moderation-fields.js';
import { type Page, PageLinks } from './paging.js';
import { RichLine } from './rich-text.js';

type Names = ReadonlyMap<AccountId, PublicAccount>;

type OverviewProps = {
  readonly view: View;
  readonly counts: QueueCounts;
  readonly locked: Awaited<ReturnType<QueueStore['lockedDiscussions']>>;
  readonly latest: readonly AuditRow[];
  readonly names: Names;
};

export function Overview({ view, counts, locked, latest, names }: OverviewProps): Markup {
  const waiting = counts.heldComments + counts.reportedThings + counts.pendingClaims;
  return (
    <>
      <p class="admin-waiting">
        {waiting === 0 ? (
          'Nothing waits for you.'
        ) : (
          <a href="/admin/queue">
            {count(counts.heldComments, 'held comment')},{' '}
            {count(counts.reportedThings, 'reported thing')}, {count(counts.pendingClaims, 'claim')}
          </a>
        )}
      </p>
      <section aria-labelledby="locked">
        <h2 id="locked">Closed discussions</h2>
        {locked.length === 0 && <p class="empty">None.</p>}
        <ul class="entries">
          {locked.map(({ paperId, title, reason }) => (
            <li>
              <div dir="auto">
                <a href={paperPath(paperId)}>
                  <RichLine text={title} isLinkText />
                </a>
                {reason && <p class="admin-facts">{reason}</p>}
              </div>
              <form method="post" action="/admin/discussions/unlock">
                <CsrfField visitor={view.visitor} />
                <input type="hidden" name="paper" value={paperId} />
                <button type="submit">Open again</button>
              </form>
            </li>
          ))}
        </ul>
        <LockForm view={view} />
      </section>
      <section aria-labelledby="latest">
        <h2 id="latest">What was done last</h2>
        {latest.length === 0 ? (
          <p class="empty">Nothing yet.</p>
        ) : (
          <AuditTable view={view} rows={latest} names={names} />
        )}
      </section>
    </>
  );
}

function LockForm({ view }: { readonly view: View }) {
  return (
    <form method="post" action="/admin/discussions/lock" class="form">
      <CsrfField visitor={view.visitor} />
      <label for="lock-paper">Close the discussion of a paper: its number or name</label>
      <input id="lock-paper" type="text" name="paper" maxlength={300} required autocomplete="off" />
      <label for="lock-reason">Reason, shown above the discussion</label>
      <input id="lock-reason" type="text" name="reason" maxlength={LONGEST_REASON} />
      <button type="submit">Close it</button>
    </form>
  );
}

type AuditProps = {
  readonly view: View;
  readonly rows: readonly AuditRow[];
  readonly total: number;
  readonly page: Page;
  readonly names: Names;
  /** Absent when the log is too long to be read for every page. */
  readonly verdict: AuditVerdict | undefined;
};

export function AuditLogPage({ view, rows, total, page, names, verdict }: AuditProps): Markup {
  return (
    <>
      <p class={verdict?.brokenAt === undefined ? 'note' : 'problem'} role="status">
        {verdictInWords(verdict)}
      </p>
      {rows.length === 0 ? (
        <p class="empty">Nothing was done yet.</p>
      ) : (
        <AuditTable view={view} rows={rows} names={names} />
      )}
      <PageLinks page={page} total={total} addressOf={(number) => `/admin/audit?page=${number}`} />
    </>
  );
}

function verdictInWords(verdict: AuditVerdict | undefined): Markup {
  if (!verdict) {
    return (
      <>
        The log is long. <a href="/admin/audit?verify=yes">Check the whole of it</a>
      </>
    );
  }
  if (verdict.brokenAt !== undefined) {
    return (
      <>
        <strong>The log was tampered with</strong>, or damaged: number {verdict.brokenAt} does not
        follow from what stands before it.
      </>
    );
  }
  return (
    <>
      <strong>✓ Verified:</strong> all {count(verdict.rows, 'line')} follow from each other. The
      last has the hash <code>{verdict.lastHash.slice(0, 16)}</code>; written down elsewhere, it
      shows later whether any was cut off.
    </>
  );
}

function AuditTable({
  view,
  rows,
  names,
}: {
  readonly view: View;
  readonly rows: readonly AuditRow[];
  readonly names: Names;
}) {
  return (
    <section class="admin-table" tabindex={0} aria-label="Lines of the audit log">
      <table>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">To what</th>
            <th scope="col">Details</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <th scope="row">{row.number}</th>
              <td>{momentInWords(row.atMs, view.site.timeZone)}</td>
              <td>{whoInWords(row.actor, names)}</td>
              <td>{row.action.replaceAll('-', ' ')}</td>
              <td>
                {row.targetKind} <bdi>{whoInWords(row.targetId, names)}</bdi>
              </td>
              <td dir="auto">{detailsInWords(row.details)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function whoInWords(id: string, names: Names): string {
  if (isSealed(id)) return 'somebody who is gone';
  const account = names.get(id as AccountId);
  if (account) return `@${account.name}`;
  return id.length > 60 ? `${id.slice(0, 60)}…` : id.replaceAll('-', '-\u200b');
}

function detailsInWords(details: string): string {
  if (isSealed(details)) return 'forgotten';
  const { salt, ...told } = JSON.parse(details) as Record<string, unknown>;
  return Object.entries(told)
    .filter(([, value]) => value !== '' && value !== null)
    .map(([name, value]) =>
      Array.isArray(value) ? `${name}: ${value.length}` : `${name}: ${String(value)}`,
    )
    .join('; ')
    .slice(0, 600);
}

export function Blocklist({
  view,
  entries,
}: {
  readonly view: View;
  readonly entries: readonly StoredBlocklistEntry[];
}): Markup {
  return (
    <>
      <p>
        Comments that hold one of the words or lead to one of the domains wait for a moderator;
        addresses of the domains cannot be submitted.
      </p>
      <form method="post" action="/admin/blocklist" class="form">
        <CsrfField visitor={view.visitor} />
        <label for="kind">What is blocked</label>
        <select id="kind" name="kind">
          {BLOCKLIST_KINDS.map((kind) => (
            <option value={kind}>{KIND_WORDS[kind]}</option>
          ))}
        </select>
        <label for="pattern">The word, domain or address</label>
        <input
          id="pattern"
          type="text"
          name="pattern"
          maxlength={200}
          required
          autocomplete="off"
          autocapitalize="none"
        />
        <label for="note">Why, for other moderators</label>
        <input id="note" type="text" name="reason" maxlength={LONGEST_REASON} />
        <button type="submit">Block it</button>
      </form>
      {entries.length === 0 && <p class="empty">Nothing is blocked.</p>}
      <ul class="entries">
        {entries.map(({ kind, pattern, note }) => (
          <li>
            <div>
              <bdi>
                <strong>{pattern}</strong>
              </bdi>{' '}
              <span class="admin-facts">
                {KIND_WORDS[kind]}
                {note && <> · {note}</>}
              </span>
            </div>
            <form method="post" action="/admin/blocklist/remove">
              <CsrfField visitor={view.visitor} />
              <input type="hidden" name="kind" value={kind} />
              <input type="hidden" name="pattern" value={pattern} />
              <button type="submit">
                Remove<span class="hidden"> {pattern}</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
    </>
  );
}

const KIND_WORDS = {
  word: 'a word or phrase',
  domain: 'a domain',
  address: 'a mail address',
} as const;
