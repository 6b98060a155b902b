import { isIPv4 } from 'node:net';
import type { RegistryCertificates } from './certificates.ts';
import { readCertificates } from './certificates.ts';

/** How registries are reached; from the engine's configuration. */
export interface RegistrySettings {
  /** Asked in this order before docker.io itself. */
  readonly mirrors: readonly string[];
  /** `host[:port]` whose certificate is not checked and which may speak plain HTTP. */
  readonly insecure: readonly string[];
  /** Directories with a folder for each `host[:port]`, in Docker's layout of certs.d. */
  readonly certificateDirectories: readonly string[];
}

/** One way to reach a registry. */
export interface Endpoint {
  /** `https://host[:port]`. */
  readonly origin: string;
  /** Of docker.io: credentials for that are not for this. */
  readonly isMirror: boolean;
  /** False: no certificate is checked. */
  readonly isVerified: boolean;
  readonly certificates: RegistryCertificates;
}

/** Docker's name for its own registry; the host behind it differs. */
const HUB = 'docker.io';
const HUB_HOST = 'registry-1.docker.io';

/**
 * The ways to reach the registry of a reference's domain, the preferred one first. Registries of this machine (127.0.0.0/8, ::1,
 * localhost) and insecure ones are tried without a valid certificate, then without TLS, as Docker does. Throws InvalidArgument for unusable certificates.
 */
export function endpointsOf(domain: string, settings: RegistrySettings): Endpoint[] {
  const host = domain === HUB ? HUB_HOST : domain;
  const mirrors = domain === HUB ? settings.mirrors.map((mirror) => ({ ...endpoint(new URL(mirror).origin, settings, true), isMirror: true })) : [];
  const isVerified = !isInsecure(host, settings.insecure);
  const own = endpoint(`https://${host}`, settings, isVerified);
  return [...mirrors, own, ...(isVerified ? [] : [endpoint(`http://${host}`, settings, false)])];
}

function endpoint(origin: string, { certificateDirectories }: RegistrySettings, isVerified: boolean): Endpoint {
  return { origin, isMirror: false, isVerified, certificates: readCertificates(certificateDirectories, new URL(origin).host) };
}

function isInsecure(host: string, insecure: readonly string[]): boolean {
  const { hostname } = new URL(`http://${host}`);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
  return isLocal || insecure.includes(host) || insecure.includes(hostname);
}
