/** The message of an edition for a webhook of Discord. */

import { cut, type PostedEdition, type PostedPaper } from './posted-edition.js';

/** Discord refuses messages with more. Lengths are of all embeds together. */
export const DISCORD_MOST_EMBEDS = 10;
export const DISCORD_LONGEST_EMBEDS = 6_000;
export const DISCORD_LONGEST_DESCRIPTION = 4_096;
const LONGEST_TITLE = 256;
const LONGEST_CONTENT = 2_000;

export type DiscordEmbed = {
  readonly title: string;
  readonly url: string;
  readonly description: string;
};

export type DiscordMessage = {
  readonly content: string;
  readonly embeds: readonly DiscordEmbed[];
  /** Nobody is called, whatever the text says. */
  readonly allowed_mentions: { readonly parse: readonly never[] };
};

export function discordMessage({ heading, url, papers, more }: PostedEdition): DiscordMessage {
  const embeds: DiscordEmbed[] = [];
  let length = 0;
  for (const paper of papers.slice(0, DISCORD_MOST_EMBEDS)) {
    const embed = embedOf(paper);
    length += embed.title.length + embed.description.length;
    if (length > DISCORD_LONGEST_EMBEDS) break;
    embeds.push(embed);
  }
  const left = more + papers.length - embeds.length;
  const rest = left > 0 ? `${left} more` : 'The whole list';
  return {
    content: cut(`**${escaped(heading)}**\n${rest}: <${url}>`, LONGEST_CONTENT),
    embeds,
    allowed_mentions: { parse: [] },
  };
}

function embedOf({ title, url, authors, why, summary }: PostedPaper): DiscordEmbed {
  const description = [authors, summary, why].filter(Boolean).map(escaped).join('\n');
  return {
    title: cut(escaped(title), LONGEST_TITLE),
    url,
    description: cut(description, DISCORD_LONGEST_DESCRIPTION),
  };
}

/** Signs that mean something in Discord's Markdown, told to mean themselves. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`|<>[\]()#-]/g, (sign) => `\\${sign}`);
}
