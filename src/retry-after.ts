/** How long a server asks us to wait, in its own header. */

/**
 * The wait that a `Retry-After` asks for, in milliseconds: seconds or a date (RFC 9110, section
 * 10.2.3). `undefined` when there is none or it cannot be understood.
 */
export function parseRetryAfter(value: string | null, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  // Every form of an HTTP date begins with the name of a day.
  const dateMs = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - now.getTime());
}
