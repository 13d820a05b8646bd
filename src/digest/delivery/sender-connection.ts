/** A connection to the mail server as the sender sees it: one letter after the other. */

import type { Reply, Step } from './smtp-reply.js';

/**
 * How far a letter had got when its sending ended.
 *
 * - `before`: no byte of it was sent.
 * - `refused-by-us`: the server waited for it, and we had thought better of it.
 * - `data`: part of it was sent, and not its end: the server may not keep it.
 * - `after`: its end may have reached the server. Without a reply, nobody knows whether it is kept.
 */
export type Phase = 'before' | 'refused-by-us' | 'data' | 'after';

export type HandOverResult = {
  readonly phase: Phase;
  /** What the server said in the end, and to what; absent when it said nothing. */
  readonly reply?: Reply & { readonly step: Step };
  /** What went wrong where the server said nothing. */
  readonly error?: string;
  /** No conversation came about: no letter would have fared better. */
  readonly isUnreached?: true;
};

export type Envelope = { readonly from: string; readonly to: string };

export type HandOverConnection = {
  /**
   * Hands one letter to the server, connecting first where need be. Never rejects for what the
   * server or the network does; one letter at a time.
   *
   * @param message - the whole letter; dots are stuffed on the way
   * @param beforeFirstByte - asked when the server waits for the letter. Nothing of it is sent
   *   before this resolves to true; otherwise the connection ends without the letter's end.
   * @throws BroadsheetError `mail_failed` for an envelope that could say something else
   */
  readonly send: (
    envelope: Envelope,
    message: Uint8Array,
    beforeFirstByte: () => Promise<boolean>,
  ) => Promise<HandOverResult>;
  /** Cuts the connection; a letter under way ends with the phase that it is in. */
  readonly abort: (reason: string) => void;
  /** Says goodbye, if there is anybody to say it to. */
  readonly close: () => void;
};

/** Whether the server has taken the letter. */
export function isTaken({ phase, reply }: HandOverResult): boolean {
  return phase === 'after' && reply !== undefined && reply.code >= 200 && reply.code < 300;
}
