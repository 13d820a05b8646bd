/**
 * A web of our own: hosts with public names that all lead to one server on this machine, over
 * plain HTTP or over TLS with a certificate made for the test.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createSafeFetch,
  type SafeFetch,
  type SafeFetchLimits,
} from '../../src/sources/web-page/safe-fetch-client.js';
import { temporaryFolder } from './temporary-folder.js';

/** A program that many machines have, and none needs but for these tests. */
const OPENSSL = 'openssl';

export type PublicWeb = {
  readonly fetch: SafeFetch;
  /** The address of a page: `at('papers.example.org', '/one')`. */
  readonly at: (host: string, path: string) => string;
  readonly port: number;
  /** Connections that the server has seen. */
  readonly connections: () => number;
};

/** @param limits - what the test needs to be smaller than it is */
export async function publicWeb(
  answer: RequestListener,
  {
    limits,
    secure,
  }: { readonly limits?: Partial<SafeFetchLimits>; readonly secure?: boolean } = {},
): Promise<PublicWeb> {
  const keys = secure ? await certificateFor('papers.example.org') : undefined;
  const server = keys ? createTlsServer(keys, answer) : createServer(answer);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const scheme = secure ? 'https:' : 'http:';
  return {
    port,
    connections: () => connections,
    at: (host, path) => `${scheme}//${host}:${port}${path}`,
    fetch: createSafeFetch({
      userAgent: 'Broadsheet/test',
      resolve: async () => ['127.0.0.1'],
      isPublic: () => true,
      testServer: { scheme, port, ...(keys && { certificate: keys.cert }) },
      ...(limits && { limits }),
    }),
  };
}

/** A page with these tags in its head. */
export function pageWith(tags: Readonly<Record<string, string | readonly string[]>>): string {
  const metas = Object.entries(tags).flatMap(([name, contents]) =>
    [contents].flat().map((content) => `<meta name="${name}" content="${escaped(content)}">`),
  );
  return `<!doctype html><html><head>${metas.join('\n')}</head><body><p>A paper.</p></body></html>`;
}

/** A key and a certificate that it has signed itself. Needs the program openssl. */
async function certificateFor(
  host: string,
): Promise<{ readonly key: string; readonly cert: string }> {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    OPENSSL,
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${host}`],
      ...['-addext', `subjectAltName=DNS:${host}`],
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

export function hasOpenssl(): boolean {
  try {
    execFileSync(OPENSSL, ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
