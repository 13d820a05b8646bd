/** What may stand between the angle brackets of an envelope. */

const LONGEST_ADDRESS = 320;

/** One mailbox and nothing that a header or an SMTP command could end at. */
const ONE_ADDRESS = /^[^\s,;:<>()[\]"\\\p{Cc}]+@[^\s,;<>()"\\\p{Cc}]+$/u;

export function isOneAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && ONE_ADDRESS.test(text);
}
