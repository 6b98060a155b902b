import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** An authority of one directory, which makes certificates as `openssl` does. */
export class Authority {
  readonly ca: string;
  readonly #directory: string;
  readonly #key: string;

  constructor(directory: string, name: string) {
    this.#directory = directory;
    this.ca = join(directory, `${name}-ca.pem`);
    this.#key = join(directory, `${name}-ca.key`);
    openssl('req', '-x509', ...newKey(this.#key), '-subj', `/CN=${name}`, '-days', '2', '-out', this.ca);
  }

  /** `names` in openssl's form: `DNS:engine.test,IP:127.0.0.1`. */
  issue(name: string, usage: 'serverAuth' | 'clientAuth', names = `DNS:${name}`): CertificateFiles {
    const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) => join(this.#directory, `${name}.${end}`)) as [
      string,
      string,
      string,
      string,
    ];
    openssl('req', ...newKey(key), '-subj', `/CN=${name}`, '-out', request);
    writeFileSync(extensions, `extendedKeyUsage=${usage}\nsubjectAltName=${names}\n`);
    const sign = ['-CA', this.ca, '-CAkey', this.#key, '-CAcreateserial', '-extfile', extensions, '-days', '2', '-out', cert];
    openssl('x509', '-req', '-in', request, ...sign);
    return { ca: this.ca, cert, key };
  }
}

function newKey(path: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', path];
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
