/** The Chromium that the machine has, driven without a download. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

export const hasBrowser: boolean = existsSync(CHROMIUM);

if (!hasBrowser) console.log(`The browser stories are skipped: there is no ${CHROMIUM}.`);

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  });
}
