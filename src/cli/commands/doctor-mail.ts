/** `broadsheet doctor mail`: what receivers of letters look up, and whether they find it. */

import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { openApp } from '../../app.js';
import { type Config, databaseLocation } from '../../config.js';
import { createDnsClient } from '../../digest/health/dns-client.js';
import { checkMailHealth } from '../../digest/health/mail-health.js';
import { reach } from '../../digest/health/reach-client.js';
import type { Signing } from '../../digest/health/record-checks.js';
import { probeSmtp } from '../../digest/health/smtp-probe-client.js';
import { readDkimKey } from '../../digest/letter/dkim-key-client.js';
import { asBroadsheetError } from '../../errors.js';
import { senderAddress } from '../../mail/sender-address.js';
import type { World } from '../../world.js';
import type { Check } from './doctor-check.js';

/** @param options - other name servers than those of the machine */
export async function mailChecks(
  config: Config,
  world: World,
  options: { readonly nameServers?: readonly string[] } = {},
): Promise<readonly Check[]> {
  const { smtpUrl, returnAddress, returnListen, baseUrl, mailHooks } = config;
  return checkMailHealth({
    facts: {
      from: senderAddress(config),
      smtpUrl,
      returnAddress,
      returnListen,
      hasHooks: mailHooks.length > 0,
      baseUrl,
      signing: await signingOf(config),
      ownAddresses: Object.values(networkInterfaces()).flatMap((addresses) =>
        (addresses ?? []).map(({ address }) => address),
      ),
    },
    dns: createDnsClient({ servers: options.nameServers }),
    probe: probeSmtp,
    reach: (url) => reach(url, world.fetch),
    letter: () => sampleLetter(config, world),
    now: world.now,
  });
}

async function signingOf({ dkimKey, dkimSelector: selector }: Config): Promise<Signing> {
  if (dkimKey === undefined) return { kind: 'none', selector };
  try {
    return { kind: 'key', selector, publicKey: createPublicKey(await readDkimKey(dkimKey)) };
  } catch (thrown) {
    const { message, fix } = asBroadsheetError(thrown);
    return { kind: 'unusable', reason: message, fix };
  }
}

/** As it would leave for a stranger. Looking must not begin a catalogue. */
async function sampleLetter(config: Config, world: World): Promise<string | undefined> {
  const location = databaseLocation(config);
  if (location.kind === 'sqlite' && !existsSync(location.path)) return undefined;
  try {
    await using app = await openApp(config, world);
    const { eml } = await app.digest.preview(senderAddress(config));
    return eml.toString('latin1');
  } catch {
    // Why no letter can be made is for "doctor" and "digest preview" to say.
    return undefined;
  }
}
