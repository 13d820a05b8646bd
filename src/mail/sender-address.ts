/** From whom mails come when nobody has said so. */

type SenderSettings = {
  readonly mailFrom?: string | undefined;
  readonly contact?: string | undefined;
  readonly baseUrl?: string | undefined;
};

/** What is set, else the operator, else an address at the host of the site. */
export function senderAddress({ mailFrom, contact, baseUrl }: SenderSettings): string {
  if (mailFrom !== undefined) return mailFrom;
  if (contact !== undefined) return contact;
  return `broadsheet@${baseUrl === undefined ? 'localhost' : mailHost(new URL(baseUrl))}`;
}

/** RFC 5321, section 4.1.3, writes an address of numbers in square brackets. */
function mailHost({ hostname }: URL): string {
  if (hostname.startsWith('[')) return `[IPv6:${hostname.slice(1, -1)}]`;
  return /^[\d.]+$/.test(hostname) ? `[${hostname}]` : hostname;
}
