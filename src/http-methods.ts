/** Which requests only read. */

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Methods that change nothing (RFC 9110, 9.2.1). A header that names another is not believed. */
export function isReading(method: string): boolean {
  return READING.has(method);
}
