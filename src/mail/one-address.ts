/** What may stand between the angle brackets of an envelope. */

const LONGEST_ADDRESS = 320;

/** One mailbox and nothing that a header or an SMTP command could end at. */
const ONE_ADDRESS = /^[^\s,;:<>()[\]"\\\p{C}]+@[^\s,;<>()"\\\p{C}]+$/u;

export function isOneAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && ONE_ADDRESS.test(text);
}

/** What stands behind the @ of an address. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
