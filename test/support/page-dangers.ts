/** What a page could do to its reader that we never wrote, as an HTML parser sees it. */

import { Parser } from 'htmlparser2';
import { ORIGIN } from './people-site.js';

/** Elements that load or run something, or change what addresses mean. */
const NEVER = [
  'style',
  'iframe',
  'frame',
  'object',
  'embed',
  'base',
  'applet',
  'portal',
  'template',
];

/** Attributes that lead somewhere. */
const LEADING = ['href', 'src', 'action', 'formaction', 'poster', 'data', 'xlink:href', 'ping'];

/** Those that load by themselves, or take what a form holds. */
const LOADING = ['src', 'action', 'formaction', 'poster', 'data', 'ping'];

/**
 * Scripts that are not ours, handlers, styles in the page, addresses that run.
 *
 * @param scripts - the addresses of our own
 */
export function dangersIn(html: string, scripts: readonly string[]): readonly string[] {
  const dangers: string[] = [];
  let inScript = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      // A page of ours in a frame in which nothing runs; where from is looked at below.
      const isHarmlessFrame = name === 'iframe' && attributes.sandbox === '';
      if (NEVER.includes(name) && !isHarmlessFrame) dangers.push(`<${name}>`);
      inScript = name === 'script';
      if (inScript && !scripts.includes(attributes.src ?? ''))
        dangers.push(`script ${attributes.src}`);
      for (const [attribute, value] of Object.entries(attributes)) {
        if (isDangerous(name, attribute, value)) dangers.push(`<${name} ${attribute}="${value}">`);
      }
    },
    ontext(text) {
      if (inScript && text.trim() !== '') dangers.push(`script text ${text}`);
    },
    onclosetag() {
      inScript = false;
    },
  });
  parser.end(html);
  return dangers;
}

function isDangerous(element: string, attribute: string, value: string): boolean {
  if (attribute.startsWith('on') || attribute === 'style' || attribute === 'srcdoc') return true;
  if (element === 'meta' && attribute === 'http-equiv') return true;
  if (!LEADING.includes(attribute)) return false;
  if (!URL.canParse(value, ORIGIN)) return true;
  const { protocol, origin } = new URL(value, ORIGIN);
  if (LOADING.includes(attribute) || element === 'link') return origin !== ORIGIN;
  return !['http:', 'https:', 'mailto:'].includes(protocol);
}

/** What a reader sees of a page, values of fields included. */
export function wordsOf(html: string): string {
  const words: string[] = [];
  const parser = new Parser({
    onopentag: (_, { value, content }) => words.push(value ?? '', content ?? ''),
    ontext: (text) => words.push(text),
  });
  parser.end(html);
  return words.join('');
}
