/** `broadsheet serve`: the site, its jobs and its search, until it is told to stop. */

import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Option } from 'commander';
import { type App, openApp } from '../../app.js';
import type { Config } from '../../config.js';
import { BroadsheetError } from '../../errors.js';
import { LONGEST_ASKED } from '../../search/read-query.js';
import { type AddCommand, configFor, dataOption, printLine } from '../command.js';
import { refuseUnreadable } from '../unreadable-request.js';

/** Requests in progress get this long to end; an operator's stop may take ten seconds in all. */
const DRAIN_MS = 3_000;

/** A client that sends its headers more slowly than this is holding a socket for nothing. */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** An address holds a text as long as can be searched, whose letters take up to nine bytes. */
const LONGEST_HEADERS_BYTES = 9 * LONGEST_ASKED + 16_384;

type ServeOptions = {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly sample: boolean;
  readonly gather: boolean;
  readonly only?: 'web' | 'jobs';
};

export const addServe: AddCommand = (program, terminal) => {
  program
    .command('serve')
    .description('start the site')
    .option('--port <n>', 'the port to listen on (default: 3000)')
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1)')
    .addOption(dataOption())
    .option('--no-sample', 'leave an empty catalogue empty')
    .option('--no-gather', 'fetch nothing by itself')
    .addOption(new Option('--only <part>', 'run one part alone').choices(['web', 'jobs']))
    .action(async (options: ServeOptions) => {
      const config = await configFor(terminal, {
        data: options.data,
        port: options.port,
        host: options.host,
        sample: options.sample ? undefined : false,
        gather: options.gather && options.only !== 'web' ? undefined : false,
      });
      const stopped = Promise.withResolvers<void>();
      terminal.onSignal(stopped.resolve);

      await using app = await openApp(config, terminal.worldFor(config));
      const server = options.only === 'jobs' ? undefined : await listen(app.request, config);
      if (server) {
        app.listensAt(addressOf(server, config));
        printLine(terminal, `Broadsheet is at ${addressOf(server, config)}`);
      }
      const working = app.start({ answers: server !== undefined });
      // A part that cannot go on ends the program, so that whoever supervises it starts it anew.
      await Promise.race([stopped.promise, working]);
      if (server) await close(server);
    });
};

async function listen(fetch: App['request'], { port, host }: Config): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      maxHeaderSize: LONGEST_HEADERS_BYTES,
    },
    getRequestListener(fetch),
  );
  server.on('clientError', refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(asListenError(cause, host, port)),
    );
    server.listen(port, host, resolve);
  });
  return server;
}

function asListenError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new BroadsheetError('port_taken', `The port ${port} is taken by another program.`, {
        cause,
      });
    case 'EACCES':
      return new BroadsheetError(
        'port_taken',
        `The port ${port} may not be used by this account.`,
        {
          cause,
          fix: 'Choose a port above 1023 with --port.',
        },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new BroadsheetError(
        'bad_configuration',
        `This machine has no address ${host} to listen on.`,
        { cause, fix: 'Give 127.0.0.1 for this machine alone, or 0.0.0.0 for its network.' },
      );
    default:
      return cause;
  }
}

function addressOf(server: Server, { host }: Config): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const isThisMachine = ['127.0.0.1', '0.0.0.0', '::', '::1', 'localhost'].includes(host);
  return `http://${isThisMachine ? 'localhost' : host}:${port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const draining = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(draining);
}
