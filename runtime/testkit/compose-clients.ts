import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, type RealEngine, runCommand } from './real-engine.ts';

/** Where `.ci/tools` unpacks the plugin, and where distributions install it. */
const PLUGINS = [
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'slipway/compose/docker-compose'),
  '/usr/libexec/docker/cli-plugins/docker-compose',
];

/** One Compose program that runs a project of a directory on an engine. */
export interface ComposeClient {
  readonly name: string;
  /** Between project, service and number in a container's name. */
  readonly separator: string;
  /** Why it cannot run; undefined: it can. */
  readonly missing: string | undefined;
  run(engine: RealEngine, directory: string, args: readonly string[]): Promise<CommandResult>;
}

const plugin = PLUGINS.find((path) => existsSync(path));
const hasFirst = spawnSync('docker-compose', ['--version']).status === 0;

/** docker-compose 1, which speaks the API by docker-py, and `docker compose`, which speaks it by Docker's own client. */
export const COMPOSE_CLIENTS: readonly ComposeClient[] = [
  {
    name: 'docker-compose 1',
    separator: '_',
    missing: hasFirst ? undefined : 'docker-compose is not installed',
    run: (engine, directory, args) => runIn(engine, directory, 'docker-compose', ['--ansi', 'never', ...args]),
  },
  {
    name: 'docker compose 2',
    separator: '-',
    missing: plugin === undefined ? 'the Compose plugin of the docker CLI is not there' : undefined,
    run: (engine, directory, args) => {
      const plugins = join(engine.directory, '.docker/cli-plugins');
      if (!existsSync(plugins) && plugin !== undefined) {
        mkdirSync(plugins, { recursive: true });
        symlinkSync(plugin, join(plugins, 'docker-compose'));
      }
      return runIn(engine, directory, 'docker', ['compose', '--progress', 'plain', ...args]);
    },
  },
];
for (const { name, missing } of COMPOSE_CLIENTS) if (missing !== undefined) console.warn(`skipped: tests of ${name}: ${missing}`);

function runIn(engine: RealEngine, directory: string, command: string, args: readonly string[]): Promise<CommandResult> {
  // Builds go through the classic builder; the project directory is named as option: runCommand has no directory of its own.
  const env = {
    ...engine.dockerEnvironment,
    DOCKER_BUILDKIT: '0',
    COMPOSE_DOCKER_CLI_BUILD: '0',
    COMPOSE_FILE: join(directory, 'docker-compose.yml'),
    COMPOSE_HTTP_TIMEOUT: '120',
  };
  return runCommand(command, args, { env });
}
