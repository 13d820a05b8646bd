/**
 * The names of papers. An *identifier* is a scheme and a value, `arxiv:2303.01234` or
 * `doi:10.1145/3292500`, and a paper may have several. A *paper id* is the one name by which we
 * address a paper for ever: arXiv's bare number, else the identifier, else a name given in a
 * file, else a hash of title and first author.
 */

import { createHash } from 'node:crypto';
import { familyNameKey, titleKey } from './title-key.js';

/** `scheme:value`, in the scheme's canonical spelling. Parsing is the only way to get one. */
export type Identifier = string & { readonly brand: 'Identifier' };

/** What stands in addresses and JSON: `2303.01234`, `cs/9809007`, `acl:N18-1049`, a hash. */
export type PaperId = string & { readonly brand: 'PaperId' };

/** Longer ones are not identifiers but text in the wrong place. */
const LONGEST_IDENTIFIER = 200;

/** arXiv since April 2007; five digits since 2015. Months that do not exist are refused. */
const NEW_ARXIV = /^(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d{1,3})?$/;

/** arXiv before April 2007. The subject class (`math.GT`) is no part of the identifier. */
const OLD_ARXIV = /^([a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?\/(\d{7})(?:v\d{1,3})?$/;

const ARXIV_ADDRESS =
  /^(?:https?:\/\/)?(?:www\.|export\.)?arxiv\.org\/(?:abs|pdf|html|format)\/(.+?)(?:\.pdf)?(?:[?#].*)?$/i;

/**
 * The address of a paper at the ACL Anthology, its older homes included, and not of a volume or
 * an author. A PDF may name its version.
 */
const ACL_ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?(?:aclanthology\.(?:org|info)(?:\/papers)?|aclweb\.org\/anthology(?:\/papers)?)\/([a-z]\d{2}-\d{4}|\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+)(?:v\d{1,2})?(?:\.pdf|\.bib)?\/?(?:[?#].*)?$/i;

const OPENREVIEW_ADDRESS =
  /^(?:https?:\/\/)?(?:www\.)?openreview\.net\/(?:forum|pdf)\/?\?(?:[^#]*&)?id=([\w-]{1,64})(?:[&#].*)?$/i;

const DOI = /^10\.\d{4,9}\/\S+$/;
const DOI_ADDRESS = /^(?:https?:\/\/)?(?:dx\.)?doi\.org\/(10\..+)$/i;

/** The DOIs that arXiv gives its papers. */
const ARXIV_DOI = /^10\.48550\/arxiv\.(.+)$/i;

const SCHEME = /^([a-z][a-z0-9]{1,19}):(\S+)$/;

/** Paths under `/papers/` that are pages and so cannot be names given in a file. */
const RESERVED = new Set(['date', 'week', 'month', 'trending', 'submit', 'index']);

/**
 * The identifier that a text means: an arXiv number, a DOI, the address of a paper at arXiv,
 * doi.org, the ACL Anthology or OpenReview, a name with a scheme (`acl:N18-1049`), or else a name that somebody's file gave (`local:…`).
 * Versions are dropped. `undefined` for what cannot name anything: nothing, blanks, control
 * characters, a path that climbs, or more than 200 characters.
 */
export function parseIdentifier(text: string): Identifier | undefined {
  const trimmed = withoutLastSlash(text.trim());
  if (!isNameable(trimmed)) return undefined;

  const arxiv = parseArxivId(trimmed);
  if (arxiv) return `arxiv:${arxiv}` as Identifier;

  const doi = parseDoi(trimmed);
  if (doi) return `doi:${doi}` as Identifier;

  const acl = ACL_ADDRESS.exec(trimmed)?.[1];
  if (acl) return `acl:${aclSpelling(acl)}` as Identifier;

  const openReview = OPENREVIEW_ADDRESS.exec(trimmed)?.[1];
  if (openReview) return `openreview:${openReview}` as Identifier;

  const scheme = SCHEME.exec(trimmed)?.[1];
  if (scheme) return trimmed as Identifier;
  return `local:${trimmed}` as Identifier;
}

/** The arXiv number without its version, from any way of writing it; else `undefined`. */
export function parseArxivId(text: string): string | undefined {
  const trimmed = withoutLastSlash(text.trim());
  const bare = (ARXIV_ADDRESS.exec(trimmed)?.[1] ?? trimmed).replace(/^arxiv:\s*/i, '');
  const fromDoi = ARXIV_DOI.exec(doiText(bare))?.[1];
  const candidate = fromDoi ?? bare;
  const modern = NEW_ARXIV.exec(candidate);
  if (modern) return modern[1];
  const old = OLD_ARXIV.exec(candidate);
  return old ? `${old[1]}/${old[2]}` : undefined;
}

/** The version written behind an arXiv number, `2303.01234v2`; else `undefined`. */
export function parseArxivVersion(text: string): number | undefined {
  if (!parseArxivId(text)) return undefined;
  const version = /v(\d{1,3})(?:\.pdf)?\/?$/.exec(text.trim())?.[1];
  return version ? Number(version) : undefined;
}

/** The DOI in lower case (DOIs ignore case), from any way of writing it; else `undefined`. */
export function parseDoi(text: string): string | undefined {
  const candidate = doiText(text.trim());
  return DOI.test(candidate) ? candidate.toLowerCase() : undefined;
}

/** The scheme of an identifier: `arxiv` of `arxiv:2303.01234`. */
export function schemeOf(identifier: Identifier): string {
  return identifier.slice(0, identifier.indexOf(':'));
}

/** The value of an identifier: `2303.01234` of `arxiv:2303.01234`. */
export function identifierValue(identifier: Identifier): string {
  return identifier.slice(identifier.indexOf(':') + 1);
}

/** The month in which arXiv gave this number, `2303.01234` → `2023-03`. */
export function arxivMonth(arxivId: string): string {
  const number = arxivId.slice(arxivId.indexOf('/') + 1);
  const year = Number(number.slice(0, 2));
  // arXiv began in 1991, so its two-digit years cannot be mistaken before 2091.
  return `${year < 91 ? 2000 + year : 1900 + year}-${number.slice(2, 4)}`;
}

/** The paper id that an identifier gives when it is a paper's first. */
export function paperIdFrom(identifier: Identifier): PaperId {
  const scheme = schemeOf(identifier);
  const value = identifierValue(identifier);
  const isBare =
    scheme === 'arxiv' ||
    scheme === 'title' ||
    (scheme === 'local' && !RESERVED.has(value.split('/')[0] ?? ''));
  return (isBare ? value : identifier) as PaperId;
}

/**
 * The identifier of a paper that came without one: `title:` and 24 hexadecimal digits of the
 * SHA-256 of its normalised title and its first author's family name.
 */
export function identifierFromTitle(title: string, firstAuthor: string | undefined): Identifier {
  const author = firstAuthor ? familyNameKey(firstAuthor) : '';
  const hash = createHash('sha256')
    .update(`${titleKey(title)}\n${author}`)
    .digest('hex');
  return `title:${hash.slice(0, 24)}` as Identifier;
}

/** The page of this name at its origin, where we know one. */
export function originAddress(identifier: Identifier): string | undefined {
  const value = identifierValue(identifier);
  switch (schemeOf(identifier)) {
    case 'arxiv':
      return `https://arxiv.org/abs/${value}`;
    case 'doi':
      return `https://doi.org/${encodeURI(value)}`;
    case 'acl':
      return `https://aclanthology.org/${encodeURIComponent(value)}`;
    case 'openreview':
      return `https://openreview.net/forum?id=${encodeURIComponent(value)}`;
    default:
      return undefined;
  }
}

/** The path of a paper's page: the id, its slashes and colons kept as readers know them. */
export function paperPath(id: PaperId): string {
  const escaped = id.split('/').map((part) => encodeURIComponent(part).replaceAll('%3A', ':'));
  return `/papers/${escaped.join('/')}`;
}

/** Addresses are often copied with a slash at their end, where no name has one. */
function withoutLastSlash(text: string): string {
  return /^https?:\/\//i.test(text) ? text.replace(/(?<=[^/])\/$/, '') : text;
}

/** `N18-1049` in capitals, as the anthology has them; `2020.acl-main.1` in small letters. */
function aclSpelling(name: string): string {
  return /^[a-z]/i.test(name) ? name.toUpperCase() : name.toLowerCase();
}

function isNameable(text: string): boolean {
  if (text.length === 0 || text.length > LONGEST_IDENTIFIER) return false;
  if (/[\s\p{Cc}\p{Cf}\p{Cs}]/u.test(text)) return false;
  // An address has an empty part after its scheme; a name that climbs would leave its page.
  const path = text.replace(/^https?:\/\//i, '');
  return !path.split('/').some((part) => part === '' || part === '.' || part === '..');
}

function doiText(text: string): string {
  return (DOI_ADDRESS.exec(text)?.[1] ?? text).replace(/^doi:\s*/i, '');
}
