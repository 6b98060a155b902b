import { EngineError } from '../base/errors.ts';

/** What an image runs on, in Go's words (GOOS, GOARCH). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  ia32: '386',
  i386: '386',
  ppc64: 'ppc64le',
};

/** Normal form: Go's architecture names, arm64 without its only variant v8, arm with v7 where none is said. */
export function normalizePlatform({ os, architecture, variant }: { os: string; architecture: string; variant?: string | null | undefined }): Platform {
  const known = ARCHITECTURES[architecture.toLowerCase()] ?? architecture.toLowerCase();
  const base = { os: os.toLowerCase(), architecture: known };
  if (known === 'arm64' && variant === 'v8') return base;
  if (known === 'arm' && (variant ?? '') === '') return { ...base, variant: 'v7' };
  return variant === undefined || variant === null || variant === '' ? base : { ...base, variant };
}

/** The platform that containers of this machine have; `architecture` is Node's process.arch. */
export function hostPlatform(architecture: string): Platform {
  return normalizePlatform({ os: 'linux', architecture });
}

const SYSTEMS = new Set(['aix', 'android', 'darwin', 'dragonfly', 'freebsd', 'illumos', 'ios', 'linux', 'netbsd', 'openbsd', 'plan9', 'solaris', 'windows']);
const MACHINES = new Set(['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips', 'mips64', 'mips64le', 'mipsle', 'ppc64', 'ppc64le', 'riscv64', 's390x', 'wasm']);

/** Parses `os/architecture[/variant]`, or one of the first two, where the other is this machine's. Throws InvalidArgument. */
export function parsePlatform(text: string): Platform {
  const only = text.toLowerCase();
  const host = hostPlatform(process.arch);
  if (SYSTEMS.has(only)) return { ...host, os: only };
  if (MACHINES.has(ARCHITECTURES[only] ?? only)) return normalizePlatform({ os: host.os, architecture: only });
  const [os, architecture, variant, ...rest] = text.split('/');
  if (os === undefined || architecture === undefined || rest.length > 0 || !/^[\w.-]+(?:\/[\w.-]+){1,2}$/.test(text)) {
    throw new EngineError('InvalidArgument', `platform: ${JSON.stringify(text.slice(0, 100))} is not os/architecture[/variant]`);
  }
  return normalizePlatform({ os, architecture, variant });
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** True when the host runs programs of `image` natively. */
export function runsOn(image: Platform, host: Platform): boolean {
  return rank(normalizePlatform(image), host) > 0;
}

/** Throws NotFound in Docker's words, with `details.platform`, where the image called `name` is none for the platform that was asked for. */
export function requirePlatform(name: string, image: Parameters<typeof normalizePlatform>[0], wanted: Platform): void {
  const normal = normalizePlatform(image);
  if (runsOn(normal, wanted)) return;
  const actual = formatPlatform(normal);
  const asked = formatPlatform(wanted);
  throw new EngineError('NotFound', `image with reference ${name} was found but does not match the specified platform: wanted ${asked}, actual: ${actual}`, {
    details: { platform: asked },
  });
}

/** 0: does not run; the higher the better. A CPU runs the variants below its own. */
function rank(image: Platform, host: Platform): number {
  if (image.os !== host.os) return 0;
  if (image.architecture !== host.architecture) return host.architecture === 'amd64' && image.architecture === '386' ? 1 : 0;
  const level = Number.parseInt((image.variant ?? 'v1').slice(1), 10);
  if (host.variant !== undefined && level > Number.parseInt(host.variant.slice(1), 10)) return 0;
  // amd64 v2 and above are asked for by name only: the host's level is not known here.
  return image.variant === host.variant ? 100 : host.variant === undefined ? 2 : 2 + level;
}

/** The candidate that suits `host` best; undefined when none runs on it. */
export function choosePlatform<T>(candidates: readonly T[], host: Platform, platformOf: (candidate: T) => Platform | undefined): T | undefined {
  let best: T | undefined;
  let bestRank = 0;
  for (const candidate of candidates) {
    const platform = platformOf(candidate);
    const found = platform === undefined ? 0 : rank(normalizePlatform(platform), host);
    if (found > bestRank) [best, bestRank] = [candidate, found];
  }
  return best;
}
