import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Listener, TlsFiles } from './api/types/listener.ts';
import { EngineError } from './base/errors.ts';
import type { LogLevel } from './base/log.ts';
import { parseSize } from './base/units.ts';

/** How one engine is run. All paths absolute. */
export interface EngineConfig {
  /** What survives a reboot. */
  readonly root: string;
  /** Sockets and live state, on a file system that a reboot empties. */
  readonly run: string;
  /** Where the API listens, at least one. */
  readonly listeners: readonly Listener[];
  /** Group that may use the unix sockets beside root; null: none. */
  readonly group: string | null;
  readonly registryMirrors: readonly string[];
  readonly insecureRegistries: readonly string[];
  readonly logLevel: LogLevel;
  /** End the containers with the engine. */
  readonly stopContainers: boolean;
  /** The configuration file, which may be absent. */
  readonly configFile: string;
  /** Bytes of the disk that the build cache may take; null: a tenth of it. */
  readonly buildCacheLimit: number | null;
}

export const DEFAULT_ROOT = '/var/lib/slipway';
const DEFAULT_CONFIG_FILE = '/etc/slipway/daemon.json';
const DEFAULT_RUN = '/run/slipway';
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export const USAGE = `Usage: slipway-engine [options]

  --config-file FILE         settings that may change while the engine runs, with the keys of Docker's daemon.json (${DEFAULT_CONFIG_FILE};
                             daemon.json below another root)
  --root DIR                 data that survives a reboot (${DEFAULT_ROOT})
  --run DIR                  sockets and live state (${DEFAULT_RUN})
  --host URL                 unix://PATH or tcp://HOST:PORT, where the API listens; may be repeated (unix://RUN/slipway.sock)
  --group NAME               group that may use the unix sockets; whoever may, is root on this machine (none)
  --tlscacert FILE           authority of the clients that may use the API by TCP
  --tlscert FILE             the engine's certificate for TCP
  --tlskey FILE              and its key
  --registry-mirror URL      asked before the registry itself; may be repeated
  --insecure-registry HOST   may be spoken to without TLS; may be repeated
  --build-cache-limit SIZE   of the disk, for the build cache: what was not used for longest goes after a build (a tenth of the disk)
  --log-level LEVEL          ${LEVELS.join(', ')} (info)
  --stop-containers          end the containers when the engine ends
  --help                     show this
`;

/** Reads the command line; `help` when that was asked for. Throws InvalidArgument naming the option at fault. */
export function parseCommandLine(argv: readonly string[]): EngineConfig | 'help' {
  const values = parseOptions(argv);
  if (values.help) return 'help';
  const run = directory('--run', values.run ?? DEFAULT_RUN);
  const level = values['log-level'] ?? 'info';
  if (!isLevel(level)) throw new EngineError('InvalidArgument', `--log-level: ${level} is none of ${LEVELS.join(', ')}`);
  const tls = tlsFiles({ ca: values.tlscacert, cert: values.tlscert, key: values.tlskey });
  for (const mirror of values['registry-mirror'] ?? []) {
    const url = URL.parse(mirror);
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      throw new EngineError('InvalidArgument', `--registry-mirror: ${mirror} is no http or https URL`);
    }
  }
  const root = directory('--root', values.root ?? DEFAULT_ROOT);
  return {
    root,
    run,
    configFile: directory('--config-file', values['config-file'] ?? (root === DEFAULT_ROOT ? DEFAULT_CONFIG_FILE : `${root}/daemon.json`)),
    listeners: (values.host ?? [`unix://${run}/slipway.sock`]).map((host) => listenerOf(host, tls)),
    group: values.group ?? null,
    registryMirrors: values['registry-mirror'] ?? [],
    insecureRegistries: values['insecure-registry'] ?? [],
    logLevel: level,
    stopContainers: values['stop-containers'] ?? false,
    buildCacheLimit: cacheLimit(values['build-cache-limit']),
  };
}

function parseOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'config-file': { type: 'string' },
        root: { type: 'string' },
        run: { type: 'string' },
        host: { type: 'string', multiple: true },
        group: { type: 'string' },
        tlscacert: { type: 'string' },
        tlscert: { type: 'string' },
        tlskey: { type: 'string' },
        'registry-mirror': { type: 'string', multiple: true },
        'insecure-registry': { type: 'string', multiple: true },
        'log-level': { type: 'string' },
        'stop-containers': { type: 'boolean' },
        'build-cache-limit': { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    // parseArgs explains at length how to pass what it took for an option; its first sentence is enough.
    const [sentence = ''] = (cause as Error).message.split('. ');
    throw new EngineError('InvalidArgument', sentence, { cause });
  }
}

function cacheLimit(text: string | undefined): number | null {
  if (text === undefined) return null;
  const size = parseSize(text);
  if (size === null) throw new EngineError('InvalidArgument', `--build-cache-limit: ${text} is no size such as 20GB`);
  return size;
}

function directory(option: string, path: string): string {
  if (path === '' || path.includes('\0')) throw new EngineError('InvalidArgument', `${option}: a directory is required`);
  return resolve(path);
}

/** All three or none. */
function tlsFiles(files: { readonly [Name in keyof TlsFiles]: string | undefined }): TlsFiles | null {
  const { ca, cert, key } = files;
  if (ca === undefined && cert === undefined && key === undefined) return null;
  if (!ca || !cert || !key) throw new EngineError('InvalidArgument', '--tlscacert, --tlscert and --tlskey are needed together');
  return { ca: resolve(ca), cert: resolve(cert), key: resolve(key) };
}

function listenerOf(host: string, tls: TlsFiles | null): Listener {
  const path = /^unix:\/\/(\/.*)$/.exec(host)?.[1];
  if (path !== undefined) return { kind: 'unix', path };
  const tcp = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]+)):(\d{1,5})$/.exec(host);
  const [name, port] = [tcp?.[1] ?? tcp?.[2], Number(tcp?.[3])];
  if (name === undefined || port > 65_535) {
    throw new EngineError('InvalidArgument', `--host: ${host} is neither of the form unix:///absolute/path nor tcp://HOST:PORT`);
  }
  if (tls === null) {
    throw new EngineError('InvalidArgument', `--host: ${host} needs --tlscacert, --tlscert and --tlskey: whoever reaches the API is root on this machine`);
  }
  return { kind: 'tcp', host: name, port, tls };
}

function isLevel(text: string): text is LogLevel {
  return (LEVELS as readonly string[]).includes(text);
}
