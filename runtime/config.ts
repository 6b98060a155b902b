import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineError } from './base/errors.ts';
import type { LogLevel } from './base/log.ts';

/** How one engine is run. All paths absolute. */
export interface EngineConfig {
  /** What survives a reboot. */
  readonly root: string;
  /** Sockets and live state, on a file system that a reboot empties. */
  readonly run: string;
  /** Unix sockets of the API. */
  readonly sockets: readonly string[];
  readonly registryMirrors: readonly string[];
  readonly insecureRegistries: readonly string[];
  readonly logLevel: LogLevel;
  /** End the containers with the engine. */
  readonly stopContainers: boolean;
}

export const DEFAULT_ROOT = '/var/lib/slipway';
const DEFAULT_RUN = '/run/slipway';
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const SCHEME = 'unix://';

export const USAGE = `Usage: slipway-engine [options]

  --root DIR                 data that survives a reboot (${DEFAULT_ROOT})
  --run DIR                  sockets and live state (${DEFAULT_RUN})
  --host unix://PATH         where the API listens; may be repeated (unix://RUN/slipway.sock)
  --registry-mirror URL      asked before the registry itself; may be repeated
  --insecure-registry HOST   may be spoken to without TLS; may be repeated
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
  for (const mirror of values['registry-mirror'] ?? []) {
    const url = URL.parse(mirror);
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      throw new EngineError('InvalidArgument', `--registry-mirror: ${mirror} is no http or https URL`);
    }
  }
  return {
    root: directory('--root', values.root ?? DEFAULT_ROOT),
    run,
    sockets: (values.host ?? [`${SCHEME}${run}/slipway.sock`]).map(socketPath),
    registryMirrors: values['registry-mirror'] ?? [],
    insecureRegistries: values['insecure-registry'] ?? [],
    logLevel: level,
    stopContainers: values['stop-containers'] ?? false,
  };
}

function parseOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        root: { type: 'string' },
        run: { type: 'string' },
        host: { type: 'string', multiple: true },
        'registry-mirror': { type: 'string', multiple: true },
        'insecure-registry': { type: 'string', multiple: true },
        'log-level': { type: 'string' },
        'stop-containers': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    // parseArgs explains at length how to pass what it took for an option; its first sentence is enough.
    const [sentence = ''] = (cause as Error).message.split('. ');
    throw new EngineError('InvalidArgument', sentence, { cause });
  }
}

function directory(option: string, path: string): string {
  if (path === '' || path.includes('\0')) throw new EngineError('InvalidArgument', `${option}: a directory is required`);
  return resolve(path);
}

function socketPath(host: string): string {
  const path = host.startsWith(SCHEME) ? host.slice(SCHEME.length) : '';
  if (!isAbsolute(path)) throw new EngineError('InvalidArgument', `--host: ${host} is not of the form unix:///absolute/path`);
  return path;
}

function isLevel(text: string): text is LogLevel {
  return (LEVELS as readonly string[]).includes(text);
}
