/**
 * From what somebody pasted to the paper it means: one that we have, else its record from where
 * it is at home. Nobody is asked about a paper that the catalogue knows, and what a page or an
 * entry claims to be the number of, the archive or the registry of that number is asked about.
 */

import { BroadsheetError } from '../../errors.js';
import type { PaperReader } from '../../papers/catalogue.js';
import type { Identifier, PaperId } from '../../papers/identifiers.js';
import type { Paper } from '../../papers/paper.js';
import { type RawRecord, shown, toRecord } from '../../papers/record.js';
import type { ArxivClient } from '../arxiv/arxiv-client.js';
import { parseBibtex } from '../bibtex/bibtex-entry.js';
import type { DoiClient } from '../doi/doi-client.js';
import type { LookedUp } from '../looked-up.js';
import { readCitationTags } from '../web-page/citation-tags.js';
import type { SafeFetch } from '../web-page/safe-fetch-client.js';
import { type Pasted, type PastedPage, pageName, readPasted } from './pasted-text.js';

export type Lookup =
  | { readonly kind: 'known'; readonly paperId: PaperId }
  | ({ readonly kind: 'found' } & LookedUp);

export type LookupOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Why a host is not asked, in words for people; `undefined` for those that are. */
  readonly refusing?: ((host: string) => string | undefined) | undefined;
};

export type PaperLookup = {
  /** The paper of the catalogue that a text names; nobody else is asked. */
  readonly known: (text: string) => Promise<PaperId | undefined>;
  /**
   * @throws BroadsheetError `not_acceptable`, `not_found`, `url_not_allowed` or `fetch_limit`,
   *   in words for whoever pasted the text
   * @throws the signal's reason when it aborts
   */
  readonly lookUp: (text: string, options?: LookupOptions) => Promise<Lookup>;
};

/** What a person waits for with patience; arXiv's queue may be longer. */
const LONGEST_WAIT_MS = 15_000;

const PAGES = ['text/html', 'application/xhtml+xml'];

const WHAT_TO_PASTE =
  'Paste an arXiv number, a DOI, the https address of the paper’s page, or its BibTeX entry.';

export function createPaperLookup({
  papers,
  arxiv,
  doi: registry,
  fetch,
  longestWaitMs = LONGEST_WAIT_MS,
}: {
  readonly papers: Pick<PaperReader, 'find'>;
  readonly arxiv: Pick<ArxivClient, 'papersById'>;
  readonly doi: DoiClient;
  readonly fetch: SafeFetch;
  readonly longestWaitMs?: number;
}): PaperLookup {
  return {
    async known(text) {
      return (await firstOf(namesIn(readPasted(text))))?.id;
    },

    async lookUp(text, { signal, refusing } = {}) {
      const timeout = AbortSignal.timeout(longestWaitMs);
      const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
      try {
        return await find(readPasted(text), { signal: either, refusing });
      } catch (error) {
        signal?.throwIfAborted();
        if (timeout.aborted) throw tookTooLong();
        throw error;
      }
    },
  };

  async function find(pasted: Pasted, options: LookupOptions): Promise<Lookup> {
    switch (pasted.kind) {
      case 'nothing':
        throw unreadable('This names no paper that could be looked up.');
      case 'bibtex':
        return findByEntry(pasted.text, options);
      case 'name':
        return (await known([pasted.identifier])) ?? refuseName(pasted.identifier);
      case 'arxiv':
        return knownOr([pasted.identifier], () => fromArxiv(pasted.value, options));
      case 'doi':
        return knownOr([pasted.identifier], () => fromRegistry(pasted.value, options));
      case 'page':
        return knownOr(pasted.names, () => fromPage(pasted, options));
    }
  }

  /** One that only the sample knows is looked up, and stands as it is where that fails. */
  async function knownOr(
    names: readonly Identifier[],
    lookUp: () => Promise<Lookup>,
  ): Promise<Lookup> {
    const paper = await firstOf(names);
    if (!paper) return lookUp();
    const same: Lookup = { kind: 'known', paperId: paper.id };
    return paper.isSample ? lookUp().catch(() => same) : same;
  }

  async function known(names: readonly Identifier[]): Promise<Lookup | undefined> {
    const paper = await firstOf(names);
    return paper && { kind: 'known', paperId: paper.id };
  }

  async function firstOf(names: readonly Identifier[]): Promise<Paper | undefined> {
    for (const name of names) {
      const paper = await papers.find(name);
      if (paper) return paper;
    }
    return undefined;
  }

  async function fromArxiv(arxivId: string, { signal }: LookupOptions): Promise<Lookup> {
    const answer = await arxiv.papersById([arxivId], signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw notAnswered('arXiv', error);
    });
    const [record] = answer.papers;
    if (record) return { kind: 'found', record, authorIds: [] };
    const [problem] = answer.problems;
    if (problem) throw unreadable(`arXiv’s record of ${arxivId} is unusable: ${problem.reason}`);
    throw new BroadsheetError('not_found', `arXiv has no paper ${arxivId}.`, {
      fix: 'Check the number digit by digit; a paper of today may take until tomorrow.',
    });
  }

  async function fromRegistry(doi: string, options: LookupOptions): Promise<Lookup> {
    const found = await registry.find(doi, options.signal);
    if (found.record.abstract) return { kind: 'found', ...found };
    const abstract = await abstractOf(doi, options);
    return { kind: 'found', ...found, record: { ...found.record, abstract } };
  }

  /** Registries often lack abstracts; the page to which the DOI leads has it, if it lets us in. */
  async function abstractOf(doi: string, options: LookupOptions): Promise<string> {
    try {
      const facts = await readPage(registry.addressOf(doi), options);
      const result = toRecord({ ...rawOf(facts), names: [] });
      return 'record' in result ? result.record.abstract : '';
    } catch {
      options.signal?.throwIfAborted();
      return '';
    }
  }

  async function fromPage(
    { address, names: [firstName], isHome }: PastedPage,
    options: LookupOptions,
  ): Promise<Lookup> {
    const facts = await readPage(address, options);
    // Whoever names a number of somebody else's may be wrong about it, or lying.
    const elsewhere = isHome ? undefined : await findByNumber(facts, options);
    if (elsewhere) return elsewhere;
    const ownName = isHome ? firstName : pageName(facts.address);
    const again = await known([ownName]);
    if (again) return again;
    // Under both addresses it is found again without a look at the page.
    const otherName = isHome ? facts.doi : pageName(address);
    const names = otherName ? [ownName, otherName] : [ownName];
    return {
      ...recordOr({ ...rawOf(facts), names }),
      // Anybody can write a page; what is known from it about people opens doors here.
      authorIds: isHome ? facts.authorIds : [],
    };
  }

  async function findByEntry(text: string, options: LookupOptions): Promise<Lookup> {
    const entry = parseBibtex(text);
    if ('reason' in entry) throw unreadable(entry.reason);
    const elsewhere = await findByNumber(entry, options);
    if (elsewhere) return elsewhere;
    const page = entry.url ? readPasted(entry.url) : undefined;
    if (page?.kind === 'page' && page.isHome) return find(page, options);
    const found = recordOr(entry.raw);
    return (await known(found.record.identifiers)) ?? { ...found, authorIds: [] };
  }

  /** By a number that a page or an entry names; `undefined` if there is none, or none such. */
  async function findByNumber(
    { arxivId, doi }: { readonly arxivId: string | undefined; readonly doi: string | undefined },
    options: LookupOptions,
  ): Promise<Lookup | undefined> {
    const numbers = [arxivId, doi].flatMap((number) => (number ? [readPasted(number)] : []));
    for (const number of numbers) {
      if (number.kind !== 'arxiv' && number.kind !== 'doi') continue;
      try {
        return await find(number, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        const isUnknown = error instanceof BroadsheetError && error.code !== 'fetch_limit';
        if (!isUnknown) throw error;
      }
    }
    return undefined;
  }

  async function readPage(address: string, { signal, refusing }: LookupOptions) {
    const { status, url, body } = await fetch.get(address, {
      accept: PAGES,
      signal,
      refusing: ({ hostname }) => archiveItself(hostname) ?? refusing?.(hostname),
    });
    if (status !== 200) {
      throw new BroadsheetError('fetch_limit', `${url.host} answered ${status}.`, {
        fix: `Some sites let no programs in. ${WHAT_TO_PASTE}`,
      });
    }
    const facts = await readCitationTags(body, url.href);
    if (facts) return { ...facts, address: url.href };
    throw unreadable(`The page at ${url.host} does not say which paper it is about.`);
  }
}

/** All names of a paper that a text holds by itself. */
function namesIn(pasted: Pasted): readonly Identifier[] {
  if (pasted.kind === 'nothing') return [];
  if (pasted.kind === 'page') return pasted.names;
  if (pasted.kind !== 'bibtex') return [pasted.identifier];
  const entry = parseBibtex(pasted.text);
  if ('reason' in entry) return [];
  const numbers = [entry.arxivId, entry.doi, entry.url].flatMap((name) =>
    name ? namesIn(readPasted(name)) : [],
  );
  const own = toRecord(entry.raw);
  return 'record' in own ? [...numbers, ...own.record.identifiers] : numbers;
}

function rawOf(facts: NonNullable<Awaited<ReturnType<typeof readCitationTags>>>) {
  const { title, abstract, authors, keywords: categories, venue, published, links } = facts;
  return {
    source: 'web',
    title,
    abstract,
    authors,
    categories,
    venue,
    published,
    links,
  } as const;
}

function recordOr(raw: RawRecord): { readonly kind: 'found' } & Pick<LookedUp, 'record'> {
  const result = toRecord(raw);
  if ('reason' in result) throw unreadable(result.reason);
  return { kind: 'found', record: result.record };
}

/** arXiv's terms let us ask by its API alone, in turn. */
function archiveItself(host: string): string | undefined {
  return /(?:^|\.)arxiv\.org$/.test(host)
    ? 'This page of arXiv is not that of one paper; paste the number of the paper.'
    : undefined;
}

function refuseName(identifier: Identifier): never {
  throw unreadable(`${shown(identifier.replace(/^local:/, ''))} is no paper that is known here.`);
}

function unreadable(message: string): BroadsheetError {
  return new BroadsheetError('not_acceptable', message, { fix: WHAT_TO_PASTE });
}

function notAnswered(who: string, error: unknown): BroadsheetError {
  const reason = error instanceof BroadsheetError ? ` ${error.message}` : '';
  return new BroadsheetError('fetch_limit', `${who} could not be asked.${reason}`, {
    fix: 'Try again in some minutes.',
    cause: error,
  });
}

function tookTooLong(): BroadsheetError {
  return new BroadsheetError(
    'fetch_limit',
    'It took too long: the source is slow, or others are being asked about first.',
    { fix: 'Try again in a minute.' },
  );
}
