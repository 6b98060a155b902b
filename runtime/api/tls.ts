import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { isIP } from 'node:net';
import { EngineError, messageOf } from '../base/errors.ts';
import type { TlsFiles } from './types/listener.ts';

const HANDSHAKE_MS = 10_000;

/** A server that answers only clients with a certificate of `files.ca`. Throws InvalidArgument naming the file at fault. */
export function createTlsServer(files: TlsFiles, options: ServerOptions): { readonly server: Server; readonly isOwnName: (host: string) => boolean } {
  const [ca, cert, key] = [readPem('--tlscacert', files.ca), readPem('--tlscert', files.cert), readPem('--tlskey', files.key)];
  const own = certificateOf('--tlscert', files.cert, cert);
  certificateOf('--tlscacert', files.ca, ca);
  try {
    const server = createServer({
      ...options,
      ...{ ca, cert, key, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_MS, allowHalfOpen: true },
    });
    return { server, isOwnName: (host) => isOwnName(own, host) };
  } catch (error) {
    throw new EngineError('InvalidArgument', `--tlskey: ${files.key} does not go with ${files.cert}: ${messageOf(error)}`, { cause: error });
  }
}

/** A page that has bound its own name to our address sends that name; an address or a name in our certificate cannot be anyone else's. */
function isOwnName(certificate: X509Certificate, hostHeader: string): boolean {
  const name = hostHeader.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(name) !== 0 || name === 'localhost' || certificate.checkHost(name) !== undefined;
}

function readPem(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new EngineError('InvalidArgument', `${option}: ${messageOf(cause)}`, { cause });
  }
}

function certificateOf(option: string, path: string, pem: Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new EngineError('InvalidArgument', `${option}: ${path} holds no certificate`, { cause });
  }
}
