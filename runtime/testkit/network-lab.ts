import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLONE, MS } from '../sys/constants.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';

const ECHO_SERVER = fileURLToPath(new URL('echo-server.ts', import.meta.url));

/** A network namespace that stays as long as its process does. */
export interface LabNode {
  readonly pid: number;
  /** Runs a command in it to its end; throws when that fails or takes longer than `seconds`. */
  run(command: readonly string[], options?: { readonly input?: string; readonly seconds?: number }): string;
  /** Starts servers as `echo-server.ts` takes them; resolves when they listen. */
  serve(...servers: readonly string[]): Promise<void>;
}

/**
 * Machines of a test, as network namespaces: this process moves to one of its own, which plays the host, and the others are joined to it
 * by pairs of links. Nothing of the real machine's network is touched; everything is gone with the processes.
 */
export class NetworkLab implements AsyncDisposable {
  readonly #children: ChildProcess[] = [];

  /**
   * This process and what it starts are in the new namespaces afterwards, save threads that ran before; once a process. Of mounts too, with
   * a /sys that shows the links of this network.
   */
  static open(): NetworkLab {
    const syscalls = createLinuxSyscalls();
    syscalls.unshare(CLONE.NEWNET | CLONE.NEWNS);
    syscalls.mount('none', '/', '', MS.REC | MS.PRIVATE, '');
    const directory = mkdtempSync(join(tmpdir(), 'slipway-lab-'));
    syscalls.mount('/sys/fs/cgroup', directory, '', MS.BIND | MS.REC, '');
    syscalls.mount('sysfs', '/sys', 'sysfs', 0, '');
    syscalls.mount(directory, '/sys/fs/cgroup', '', MS.MOVE, '');
    rmdirSync(directory);
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    return new NetworkLab();
  }

  async add(): Promise<LabNode> {
    const holder = this.#keep(
      spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo ready && exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    if (holder.stdout !== null) await once(holder.stdout, 'data');
    const pid = holder.pid ?? 0;
    if (readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync('/proc/self/ns/net')) throw new Error('the namespace was not made');
    return this.nodeOf(pid);
  }

  /** The namespace of a process that somebody else keeps. */
  nodeOf(pid: number): LabNode {
    const enter = ['-t', String(pid), '-n'];
    return {
      pid,
      run: ([program = '', ...args], { input = '', seconds = 20 } = {}) =>
        execFileSync('nsenter', [...enter, program, ...args], { encoding: 'utf8', input, timeout: seconds * 1000, stdio: ['pipe', 'pipe', 'pipe'] }),
      serve: async (...servers) => {
        const child = this.#keep(spawn('nsenter', [...enter, process.execPath, ECHO_SERVER, ...servers], { stdio: ['ignore', 'pipe', 'inherit'] }));
        if (child.stdout !== null) await once(child.stdout, 'data');
      },
    };
  }

  /** A pair of links: `name` on the host, on the bridge when one is given, and `eth0` in the node. Addresses as `ip address add` takes them. */
  link(
    node: LabNode,
    name: string,
    options: { readonly bridge?: string; readonly host?: readonly string[]; readonly inside: readonly string[]; readonly gateways?: readonly string[] },
  ): void {
    const ip = (...args: string[]): void => void execFileSync('ip', args);
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(node.pid));
    if (options.bridge !== undefined) ip('link', 'set', name, 'master', options.bridge);
    ip('link', 'set', name, 'up');
    for (const address of options.host ?? []) ip('address', 'add', address, 'dev', name, ...noDetection(address));
    node.run(['ip', 'link', 'set', 'eth0', 'up']);
    for (const address of options.inside) node.run(['ip', 'address', 'add', address, 'dev', 'eth0', ...noDetection(address)]);
    for (const gateway of options.gateways ?? []) node.run(['ip', 'route', 'add', 'default', 'via', gateway]);
  }

  bridge(name: string, ...addresses: readonly string[]): void {
    execFileSync('ip', ['link', 'add', name, 'type', 'bridge']);
    execFileSync('ip', ['link', 'set', name, 'up']);
    for (const address of addresses) execFileSync('ip', ['address', 'add', address, 'dev', name, ...noDetection(address)]);
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#children.push(child);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}

/** An IPv6 address waits a second for others of its kind otherwise. */
function noDetection(address: string): string[] {
  return address.includes(':') ? ['nodad'] : [];
}
