/**
 * Checks signatures of letters by RFC 6376 alone, in its plainest form: `rsa-sha256`, relaxed
 * headers, relaxed body, the whole body.
 */

import { createHash, createPublicKey, verify } from 'node:crypto';

export type DkimVerdict =
  | { readonly ok: true; readonly domain: string; readonly signed: readonly string[] }
  | { readonly ok: false; readonly reason: string };

type Field = { readonly name: string; readonly raw: string };

/**
 * @param lookUp - the TXT record of a name, such as `selector._domainkey.example.org`
 */
export function verifyDkim(raw: Buffer, lookUp: (name: string) => string | undefined): DkimVerdict {
  const octets = raw.toString('latin1');
  const end = octets.indexOf('\r\n\r\n');
  const fields = fieldsOf(octets.slice(0, end));
  const signatures = fields.filter(({ name }) => name === 'dkim-signature');
  const [signature] = signatures;
  if (!signature || signatures.length > 1) return no(`${signatures.length} signatures`);
  const tags = tagsOf(signature.raw.slice(signature.raw.indexOf(':') + 1));
  const tag = (name: string): string => tags.get(name) ?? '';
  if (tag('v') !== '1' || tag('a') !== 'rsa-sha256') return no('another algorithm');
  if (tag('c') !== 'relaxed/relaxed' || tags.has('l')) return no('another canonical form');

  const body = relaxedBody(octets.slice(end + 4));
  const bodyHash = createHash('sha256').update(body, 'latin1').digest('base64');
  if (bodyHash !== tag('bh').replace(/\s/g, '')) return no('the body was changed');

  const record = lookUp(`${tag('s')}._domainkey.${tag('d')}`);
  if (record === undefined) return no('no key');
  const signed = tag('h')
    .split(':')
    .map((name) => name.trim().toLowerCase());
  const isValid = verify(
    'sha256',
    Buffer.from(`${signedFields(fields, signed)}${withoutSignature(signature)}`, 'latin1'),
    createPublicKey({
      key: Buffer.from(tagsOf(record).get('p') ?? '', 'base64'),
      format: 'der',
      type: 'spki',
    }),
    Buffer.from(tag('b').replace(/\s/g, ''), 'base64'),
  );
  return isValid ? { ok: true, domain: tag('d'), signed } : no('the headers were changed');
}

function no(reason: string): DkimVerdict {
  return { ok: false, reason };
}

/** Each with its folds, from top to bottom. */
function fieldsOf(head: string): readonly Field[] {
  return head.split(/\r\n(?![ \t])/).map((raw) => ({
    name: raw.slice(0, raw.indexOf(':')).trim().toLowerCase(),
    raw,
  }));
}

/** Section 3.2. */
function tagsOf(text: string): ReadonlyMap<string, string> {
  const pairs = text
    .replace(/\r\n/g, '')
    .split(';')
    .map((pair) => /^\s*(\w+)\s*=\s*(.*?)\s*$/s.exec(pair))
    .flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? ''] as const] : []));
  return new Map(pairs);
}

/** Section 5.4.2: of several fields of a name the last one counts first. */
function signedFields(fields: readonly Field[], names: readonly string[]): string {
  const left = [...fields];
  let text = '';
  for (const name of names) {
    const at = left.findLastIndex((field) => field.name === name);
    const [field] = at < 0 ? [] : left.splice(at, 1);
    if (field) text += `${relaxedField(field)}\r\n`;
  }
  return text;
}

/** Section 3.4.2. */
function relaxedField({ name, raw }: Field): string {
  const value = raw
    .slice(raw.indexOf(':') + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${name}:${value}`;
}

/** Section 3.7: the field itself, as if `b=` were empty, without an end of line. */
function withoutSignature(signature: Field): string {
  const raw = signature.raw.replace(/([;:\s]b=)[^;]*/, '$1');
  return relaxedField({ ...signature, raw });
}

/** Section 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.length === 0 ? '' : `${lines.join('\r\n')}\r\n`;
}
