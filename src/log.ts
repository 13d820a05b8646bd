/** The program's log: lines for people by default, JSON for machines on request. */

import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Config } from './config.js';
import { asBroadsheetError } from './errors.js';

/** What parts of the program may write to the log. Fields first, then one sentence. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Writes to standard error, so that what a command prints stays clean. */
export function createLog({ logFormat, logLevel }: Pick<Config, 'logFormat' | 'logLevel'>): Log {
  if (logFormat === 'json') return pino({ level: logLevel }, process.stderr);
  const forPeople = PinoPretty({
    destination: 2,
    sync: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    colorize: process.stderr.isTTY,
  });
  return pino({ level: logLevel }, forPeople);
}

/** A refusal is told in its own words; a fault of the program also with where it happened. */
export function warnOf(log: Log, what: string, thrown: unknown): void {
  const { code, message, cause } = asBroadsheetError(thrown);
  log.warn(code === 'internal' ? { err: cause } : {}, `${what}: ${message}`);
}
