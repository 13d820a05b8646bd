/**
 * When an edition goes so badly that sending more of it would harm the next ones: mail providers
 * judge a sender by how many of its letters go nowhere or are complained of.
 */

/** Below this a single complaint would already be too large a share. */
export const BRAKE_FROM_SENT = 200;

/**
 * One complaint in a thousand. Google's guidelines for senders (2024) ask to stay below 0.10 %,
 * and never to reach 0.30 %.
 */
export const MOST_COMPLAINTS = 0.001;

/** Two addresses in a hundred that do not exist: a list that nobody confirmed looks like that. */
export const MOST_HARD_BOUNCES = 0.02;

/** What is known of an edition so far. */
export type BrakeCounts = {
  readonly sent: number;
  /** Letters to addresses that do not exist. */
  readonly hardBounces: number;
  readonly complaints: number;
};

/** Why an edition should be stopped, in words with figures; nothing while it goes well. */
export function brakeFor({ sent, hardBounces, complaints }: BrakeCounts): string | undefined {
  if (sent < BRAKE_FROM_SENT) return undefined;
  if (complaints >= sent * MOST_COMPLAINTS) {
    return `${complaints} of ${sent} letters were complained of (${percent(complaints / sent)}); from ${percent(MOST_COMPLAINTS)} on, providers take the sender for a nuisance.`;
  }
  if (hardBounces >= sent * MOST_HARD_BOUNCES) {
    return `${hardBounces} of ${sent} letters went to addresses that do not exist (${percent(hardBounces / sent)}); from ${percent(MOST_HARD_BOUNCES)} on, providers distrust the sender.`;
  }
  return undefined;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
