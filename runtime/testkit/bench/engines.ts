import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineClient } from './client.ts';

/** An engine that the benchmark has started for itself, with its own directories. */
export interface StartedEngine extends AsyncDisposable {
  readonly client: EngineClient;
}

async function started(name: string, socket: string, child: ChildProcess, errors: () => string): Promise<StartedEngine> {
  const client = new EngineClient(name, socket);
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${errors()}`);
    if (
      existsSync(socket) &&
      (await client.call('GET', '/_ping').then(
        () => true,
        () => false,
      ))
    ) {
      return {
        client,
        [Symbol.asyncDispose]: async () => {
          if (child.exitCode !== null) return;
          child.kill('SIGTERM');
          await once(child, 'exit');
        },
      };
    }
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`${name} did not come up in 30 s: ${errors()}`);
}

function launch(command: string, args: readonly string[]): { child: ChildProcess; errors: () => string } {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let tail = '';
  child.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4000);
  });
  return { child, errors: () => tail };
}

/** The registry ends with the engine that it is for. */
const BESIDE =
  'ip link set lo up; [ -z "$0" ] || { docker-registry serve "$0" >/dev/null 2>&1 & registry=$!; }; "$@" & engine=$!; trap "kill $engine" TERM; wait $engine; wait $engine; kill $registry 2>/dev/null';

/** Slipway from this tree. */
export function startSlipway(directory: string): Promise<StartedEngine> {
  const socket = join(directory, 'slipway.sock');
  const daemon = join(import.meta.dirname, '../../daemon.ts');
  const { child, errors } = launch(process.execPath, [
    daemon,
    '--root',
    join(directory, 'root'),
    '--run',
    join(directory, 'run'),
    '--host',
    `unix://${socket}`,
  ]);
  return started('slipway', socket, child, errors);
}

/**
 * The machine's dockerd in a network namespace of its own, so that it touches no link or rule of the host. A registry that both engines
 * are to use is started there once more, by its configuration.
 */
export function startDockerd(directory: string, registry?: string): Promise<StartedEngine> {
  const socket = join(directory, 'docker.sock');
  const { child, errors } = launch('unshare', [
    ...['--net', 'sh', '-c', BESIDE, registry ?? '', 'dockerd'],
    ...['--data-root', join(directory, 'root'), '--exec-root', join(directory, 'run'), '--pidfile', join(directory, 'docker.pid')],
    ...['--host', `unix://${socket}`, '--bridge=none', '--iptables=false', '--ip6tables=false', '--storage-driver=overlay2', '--log-level=error'],
  ]);
  return started('docker', socket, child, errors);
}
