/** `broadsheet digest dkim-key`: the key that letters are signed with, and its record. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { domainOf } from '../../digest/health/dns.js';
import { record } from '../../digest/health/health-check.js';
import { dkimRecord } from '../../digest/letter/dkim.js';
import { makeDkimKey, readDkimKey } from '../../digest/letter/dkim-key-client.js';
import { senderAddress } from '../../mail/sender-address.js';
import { type Common, configFor, printJson, printLine, withCommon } from '../command.js';
import type { Terminal } from '../terminal.js';

const KEY_FILE = 'dkim.pem';

export function addDkimKey(parent: Command, terminal: Terminal): void {
  withCommon(
    parent
      .command('dkim-key')
      .description('make the key that signs letters, unless there is one, and print its DNS record')
      .option(
        '--output <file>',
        'where to write it (default: dkimKey, else dkim.pem beside the data)',
      ),
  ).action(async ({ output, data, json }: Common & { output?: string }) => {
    const config = await configFor(terminal, { data });
    const path = resolve(output ?? config.dkimKey ?? resolve(config.data, KEY_FILE));
    const isNew = !existsSync(path);
    const key = isNew ? await makeDkimKey(path) : await readDkimKey(path);
    const name = `${config.dkimSelector}._domainkey.${domainOf(senderAddress(config))}`;
    const value = dkimRecord(key);
    if (json) return printJson(terminal, { path, isNew, name, type: 'TXT', value });
    printLine(terminal, `${isNew ? 'The key is made' : 'The key is there already'}: ${path}`);
    printLine(terminal, 'Add to the name service:');
    printLine(terminal, `  ${record(name, 'TXT', value)}`);
    if (config.dkimKey === undefined || resolve(config.dkimKey) !== path) {
      printLine(terminal, `Then set dkimKey (BROADSHEET_DKIM_KEY) to ${path}`);
    }
  });
}
