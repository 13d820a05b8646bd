/** What is sent to a channel, and where to. */

import type { Day } from '../../papers/dates.js';
import { discordMessage } from './discord.js';
import { matrixAddress, matrixMessage } from './matrix.js';
import type { PostTarget } from './post.js';
import type { PostedEdition } from './posted-edition.js';
import { slackMessage } from './slack.js';

export type PostRequest = {
  readonly method: 'POST' | 'PUT';
  /** A secret where it is a webhook. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What an answer may repeat, and nobody else should read. */
  readonly secrets: readonly string[];
};

/** The request, or what is missing in the settings of the channel. */
export function postRequest(
  target: PostTarget,
  editionOn: Day,
  edition: PostedEdition,
): PostRequest | { readonly flaw: string } {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  switch (target.kind) {
    case 'slack':
      return {
        method: 'POST',
        url: target.url,
        headers,
        body: JSON.stringify(slackMessage(edition)),
        secrets: secretsOf(target.url),
      };
    case 'discord': {
      const url = new URL(target.url);
      // Without it, the answer comes before the message is kept.
      url.searchParams.set('wait', 'true');
      return {
        method: 'POST',
        url: url.href,
        headers,
        body: JSON.stringify(discordMessage(edition)),
        secrets: secretsOf(target.url),
      };
    }
    case 'matrix': {
      const { url, room, token } = target;
      if (!room?.startsWith('!')) {
        return { flaw: 'its room must be the id of a room, which begins with "!"' };
      }
      if (!token) return { flaw: 'it has no token' };
      return {
        method: 'PUT',
        url: matrixAddress(url, room, editionOn, target.id),
        headers: { ...headers, Authorization: `Bearer ${token}` },
        body: JSON.stringify(matrixMessage(edition)),
        secrets: [token],
      };
    }
  }
}

/** The parts of a webhook's address that let anybody post. */
function secretsOf(url: string): readonly string[] {
  const { pathname, search } = new URL(url);
  return [...pathname.split('/'), search].filter((part) => part.length >= 8);
}
