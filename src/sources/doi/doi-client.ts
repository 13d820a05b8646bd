/** What a DOI stands for, asked of doi.org, which leads to the registry that knows it. */

import { BroadsheetError } from '../../errors.js';
import type { LookedUp } from '../looked-up.js';
import type { SafeFetch } from '../web-page/safe-fetch-client.js';
import { parseCslJson } from './csl-json.js';

export type DoiClient = {
  /**
   * @throws BroadsheetError `not_found`, `not_acceptable`, `fetch_limit` or `url_not_allowed`
   * @throws the signal's reason when it aborts
   */
  readonly find: (doi: string, signal?: AbortSignal) => Promise<LookedUp>;
  /** Where a DOI leads a reader to. */
  readonly addressOf: (doi: string) => string;
};

/** Crossref answers with one of them, DataCite with the other. */
const CSL_JSON = ['application/vnd.citationstyles.csl+json', 'application/json'];

/** @param resolverUrl - `https://doi.org`; tests have their own */
export function createDoiClient({
  fetch,
  resolverUrl = 'https://doi.org',
}: {
  readonly fetch: SafeFetch;
  readonly resolverUrl?: string;
}): DoiClient {
  const addressOf = (doi: string) => doiAddress(resolverUrl, doi);
  return {
    addressOf,
    async find(doi, signal) {
      const { status, body } = await fetch.get(addressOf(doi), {
        accept: CSL_JSON,
        signal,
      });
      if (status === 404) {
        throw new BroadsheetError('not_found', `Nobody has registered the DOI ${doi}.`, {
          fix: 'Check it letter by letter, or paste the address of the paper instead.',
        });
      }
      if (status !== 200) {
        throw new BroadsheetError('fetch_limit', `The registry of this DOI answered ${status}.`, {
          fix: 'Try again later, or paste the address of the paper instead.',
        });
      }
      const found = parseCslJson(body, doi);
      if ('reason' in found) throw new BroadsheetError('not_acceptable', found.reason);
      return found;
    },
  };
}

/** Every sign that is no letter of an address is escaped: a DOI may hold `?`, `#` and `<`. */
function doiAddress(resolverUrl: string, doi: string): string {
  return `${resolverUrl}/${doi.split('/').map(encodeURIComponent).join('/')}`;
}
