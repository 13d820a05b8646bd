/** How deliveries lie in the database, and what stands around them. */

import type { Kysely, Selectable } from 'kysely';
import type { Day } from '../../papers/dates.js';
import type { Contents } from '../contents/contents.js';
import { hideAddresses } from '../subscriptions/hide-addresses.js';
import type { SubscriberId } from '../subscriptions/subscription.js';
import type { Delivery, DeliveryState, Lease, Pause } from './delivery.js';

export type DeliveryTables = {
  deliveries: {
    edition_on: string;
    subscriber_id: string;
    state: DeliveryState;
    detail: string;
    domain: string;
    message_id: string;
    contents: string | null;
    attempt: number;
    fence: number;
    holder: string | null;
    lease_until_ms: number | null;
    try_at_ms: number;
    give_up_at_ms: number;
    queued_at_ms: number;
    sent_at_ms: number | null;
    repeats: number;
  };
  delivery_events: {
    edition_on: string;
    subscriber_id: string;
    number: number;
    at_ms: number;
    state: DeliveryState;
    detail: string;
  };
  sent_papers: { subscriber_id: string; paper_id: string; title_key: string; edition_on: string };
  digest_control: {
    id: number;
    paused_by: Pause['by'] | null;
    pause_reason: string | null;
    paused_at_ms: number | null;
    released_on: string | null;
    sending_until_ms: number;
  };
  // What is read of others' tables.
  subscribers: { id: string; address: string | null };
  suppressions: { address_hash: string; reason: string; detail: string };
  papers: { id: string; title: string };
};

export type Tables = Kysely<DeliveryTables>;

export type DeliveryRow = Selectable<DeliveryTables['deliveries']>;

/** The one row of `digest_control`. */
export const CONTROL_ROW = 1;

/** What servers say of a refusal is a line or two; the rest tells nothing more. */
const LONGEST_DETAIL = 500;

/** Words of other servers, short, on one line and naming nobody; PostgreSQL keeps no NUL. */
export function tidyDetail(detail: string): string {
  const line = detail.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return hideAddresses(line).slice(0, LONGEST_DETAIL).toWellFormed();
}

export function contentsFrom(json: string | null): Contents | undefined {
  return json === null ? undefined : (JSON.parse(json) as Contents);
}

export function toLease(row: DeliveryRow): Lease {
  return {
    editionOn: row.edition_on as Day,
    subscriberId: row.subscriber_id as SubscriberId,
    holder: row.holder ?? '',
    fence: row.fence,
    attempt: row.attempt,
    domain: row.domain,
    messageId: row.message_id,
    contents: contentsFrom(row.contents),
    giveUpAtMs: row.give_up_at_ms,
  };
}

export function toDelivery(row: DeliveryRow & { readonly address: string | null }): Delivery {
  return {
    editionOn: row.edition_on as Day,
    subscriberId: row.subscriber_id as SubscriberId,
    address: row.address ?? undefined,
    state: row.state,
    detail: row.detail,
    attempt: row.attempt,
    messageId: row.message_id,
    papers: contentsFrom(row.contents)?.papers.length ?? 0,
    queuedAtMs: row.queued_at_ms,
    tryAtMs: row.try_at_ms,
    sentAtMs: row.sent_at_ms ?? undefined,
  };
}

export function toPause(
  row: Pick<DeliveryTables['digest_control'], 'paused_by' | 'pause_reason' | 'paused_at_ms'>,
): Pause | undefined {
  if (row.paused_by === null) return undefined;
  return {
    by: row.paused_by,
    reason: row.pause_reason ?? '',
    sinceMs: row.paused_at_ms ?? 0,
  };
}
