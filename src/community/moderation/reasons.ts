/** The words in which people are told what was decided about what is theirs. */

/** A decision and why, in one text. */
export function because(decision: string, reason: string): string {
  return reason ? `${decision} The reason: ${reason}` : decision;
}
