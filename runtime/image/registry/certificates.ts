import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../base/errors.ts';

export interface RegistryCertificates {
  /** PEM texts of authorities beside the system's own. */
  readonly authorities: readonly string[];
  readonly client?: { readonly cert: string; readonly key: string };
}

const MAX_BYTES = 1024 * 1024;

/**
 * What is kept for a registry in the layout of certs.d: `*.crt` are authorities, `x.cert` and `x.key` a client's identity. A
 * directory that is absent holds nothing. Throws InvalidArgument for one half of an identity.
 */
export function readCertificates(directories: readonly string[], host: string): RegistryCertificates {
  const authorities: string[] = [];
  let client: RegistryCertificates['client'];
  for (const directory of directories.map((parent) => join(parent, host))) {
    const names = existsSync(directory) ? readdirSync(directory).sort() : [];
    for (const name of names) {
      if (name.endsWith('.crt')) authorities.push(read(join(directory, name)));
      if (!name.endsWith('.cert')) continue;
      const key = name.replace(/\.cert$/, '.key');
      if (!names.includes(key)) {
        throw new EngineError('InvalidArgument', `missing key ${key} for client certificate ${name}. CA certificates must use the extension .crt`);
      }
      client ??= { cert: read(join(directory, name)), key: read(join(directory, key)) };
    }
    for (const name of names.filter((each) => each.endsWith('.key'))) {
      const cert = name.replace(/\.key$/, '.cert');
      if (!names.includes(cert)) throw new EngineError('InvalidArgument', `missing client certificate ${cert} for key ${name}`);
    }
  }
  return { authorities, ...(client === undefined ? {} : { client }) };
}

function read(path: string): string {
  if (statSync(path).size > MAX_BYTES) throw new EngineError('InvalidArgument', `${path} is too large for a certificate`);
  return readFileSync(path, 'utf8');
}
