import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
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

/**
 * The registry ends with the engine that it is for. Where the network is measured, the engine has links of its own to see, and another
 * machine at 192.0.2.2, whose process is told by the file `$1`.
 */
const BESIDE = `
ip link set lo up
[ -z "$0" ] || { docker-registry serve "$0" >/dev/null 2>&1 & registry=$!; }
if [ -n "$1" ]; then
  mount --make-rprivate / && mkdir "$1.cgroup" && mount --rbind /sys/fs/cgroup "$1.cgroup" && mount -t sysfs sysfs /sys
  mount --move "$1.cgroup" /sys/fs/cgroup && rmdir "$1.cgroup"
  unshare --net sleep 100000 & outside=$!
  while [ "$(readlink /proc/$outside/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
  ip link add uplink type veth peer name eth0 netns $outside
  ip address add 192.0.2.1/24 dev uplink && ip link set uplink up
  nsenter -t $outside -n sh -c 'ip address add 192.0.2.2/24 dev eth0 && ip link set eth0 up'
  echo $outside >"$1"
fi
shift
"$@" & engine=$!
trap "kill $engine" TERM
wait $engine; wait $engine
kill $registry $outside 2>/dev/null`;

/** Namespaces of an engine that touches no link or rule of the host. */
function apart(registry: string, outside: string, command: readonly string[]): { child: ChildProcess; errors: () => string } {
  return launch('unshare', ['--net', ...(outside === '' ? [] : ['--mount']), 'sh', '-c', BESIDE, registry, outside, ...command]);
}

/** Slipway from this tree; `hasNetwork`: in a network of its own, beside another machine, where a registry is started once more by its configuration. */
export function startSlipway(directory: string, hasNetwork: boolean, registry = ''): Promise<StartedEngine> {
  const socket = join(directory, 'slipway.sock');
  const daemon = join(import.meta.dirname, '../../daemon.ts');
  mkdirSync(directory);
  const command = [process.execPath, daemon, '--root', join(directory, 'root'), '--run', join(directory, 'run'), '--host', `unix://${socket}`];
  const { child, errors } = hasNetwork ? apart(registry, outsideOf(directory), command) : launch(process.execPath, command.slice(1));
  return started('slipway', socket, child, errors);
}

/** The machine's dockerd in a network namespace. A registry that both engines are to use is started there once more, by its configuration. */
export function startDockerd(directory: string, hasNetwork: boolean, registry = ''): Promise<StartedEngine> {
  const socket = join(directory, 'docker.sock');
  mkdirSync(directory);
  const network = hasNetwork ? [] : ['--bridge=none', '--iptables=false', '--ip6tables=false'];
  const { child, errors } = apart(registry, hasNetwork ? outsideOf(directory) : '', [
    ...['dockerd', '--data-root', join(directory, 'root'), '--exec-root', join(directory, 'run'), '--pidfile', join(directory, 'docker.pid')],
    ...['--host', `unix://${socket}`, ...network, '--storage-driver=overlay2', '--log-level=error'],
  ]);
  return started('docker', socket, child, errors);
}

/** The file that names a process on the other machine of an engine which was started in `directory`. */
export function outsideOf(directory: string): string {
  return join(directory, 'outside');
}
