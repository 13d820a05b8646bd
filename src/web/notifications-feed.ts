/** Notifications as an Atom feed (RFC 4287). Everything in it is text, escaped. */

import type { Notification } from '../community/notification.js';
import { whatHappened, whatWasSaid, whereItLeads } from '../community/notification-words.js';
import { paperPath } from '../papers/identifiers.js';
import { plainLine } from '../papers/text-pieces.js';
import { xmlText } from './xml-text.js';

export function notificationsFeed({
  title,
  origin,
  address,
  ownerName,
  notifications,
  madeAtMs,
}: {
  readonly title: string;
  /** Of this site, without a slash at its end. */
  readonly origin: string;
  /** Of the feed itself. */
  readonly address: string;
  readonly ownerName: string;
  readonly notifications: readonly Notification[];
  /** When the feed began, for one without entries. */
  readonly madeAtMs: number;
}): string {
  const updated = Math.max(madeAtMs, ...notifications.map((each) => each.madeAtMs));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${xmlText(address)}</id>
  <title>${xmlText(`Notifications of @${ownerName} · ${title}`)}</title>
  <updated>${new Date(updated).toISOString()}</updated>
  <author><name>${xmlText(title)}</name></author>
  <link rel="self" type="application/atom+xml" href="${xmlText(address)}"/>
  <link rel="alternate" type="text/html" href="${xmlText(`${origin}/notifications`)}"/>
${notifications.map((notification) => entry(notification, origin)).join('\n')}
</feed>
`;
}

function entry(notification: Notification, origin: string): string {
  const { id, paper, madeAtMs } = notification;
  const path = whereItLeads(notification, ({ id: paperId }) => paperPath(paperId));
  const on = paper ? `On: ${plainLine(paper.title)}` : '';
  const content = [whatWasSaid(notification), on].filter(Boolean).join('\n\n');
  const moment = new Date(madeAtMs).toISOString();
  return `  <entry>
    <id>urn:uuid:${xmlText(id)}</id>
    <title>${xmlText(whatHappened(notification))}</title>
    <published>${moment}</published>
    <updated>${moment}</updated>
    <link rel="alternate" type="text/html" href="${xmlText(origin + (path ?? '/notifications'))}"/>
    <content type="text">${xmlText(content)}</content>
  </entry>`;
}
