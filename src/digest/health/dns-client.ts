/** The name service, asked with an end to every wait. */

import { Resolver } from 'node:dns/promises';
import type { DnsAnswer, DnsLookup } from './dns.js';

/** Of one try; the second one waits twice as long. */
const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** More than any record of a mail domain has; beyond it stands a fault or an attack. */
const MOST_VALUES = 100;
const LONGEST_TEXT = 8_000;

/** What says that nothing stands under a name. */
const ABSENT: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * @param options - `servers` are addresses with or without a port, `127.0.0.1:5353`; those of the
 *   machine if absent
 */
export function createDnsClient(
  options: {
    readonly servers?: readonly string[] | undefined;
    readonly timeoutMs?: number | undefined;
  } = {},
): DnsLookup {
  const resolver = new Resolver({ timeout: options.timeoutMs ?? TIMEOUT_MS, tries: TRIES });
  if (options.servers) resolver.setServers(options.servers);

  const addresses = async (name: string): Promise<DnsAnswer<string>> => {
    const answers = await Promise.all([
      answerOf(() => resolver.resolve4(name)),
      answerOf(() => resolver.resolve6(name)),
    ]);
    const values = answers.flatMap((answer) => (answer.status === 'found' ? answer.values : []));
    if (values.length > 0) return { status: 'found', values };
    return answers.find(({ status }) => status === 'failed') ?? { status: 'absent' };
  };

  return {
    texts: (name) =>
      answerOf(async () => {
        const texts = await resolver.resolveTxt(name);
        return texts.map((pieces) => pieces.join('').slice(0, LONGEST_TEXT));
      }),
    exchanges: (name) =>
      answerOf(async () => {
        const records = await resolver.resolveMx(name);
        return records
          .map(({ priority, exchange }) => ({ priority, host: exchange }))
          .sort((one, other) => one.priority - other.priority);
      }),
    addresses,
    namesOf: (address) => answerOf(() => resolver.reverse(address)),
  };
}

async function answerOf<Value>(ask: () => Promise<readonly Value[]>): Promise<DnsAnswer<Value>> {
  try {
    const values = (await ask()).slice(0, MOST_VALUES);
    return values.length > 0 ? { status: 'found', values } : { status: 'absent' };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (ABSENT.has(code)) return { status: 'absent' };
    return { status: 'failed', reason: `the name service does not answer (${code})` };
  }
}
