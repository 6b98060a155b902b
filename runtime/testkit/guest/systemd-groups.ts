import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';

export const ROOT = '/sys/fs/cgroup';
const SLICES = [`${ROOT}/system.slice`, `${ROOT}/user.slice`] as const;
export const SERVICE = `${SLICES[0]}/slipway.service`;
export const SESSION = `${SLICES[1]}/session.scope`;

/** The groups of a machine that systemd runs, and this process in one of them. */
export class SystemdGroups implements AsyncDisposable {
  readonly #made: string[] = [];

  constructor() {
    for (const path of [...SLICES, SERVICE, SESSION]) {
      mkdirSync(path);
      this.#made.push(path);
    }
    for (const path of [ROOT, ...SLICES]) writeFileSync(`${path}/cgroup.subtree_control`, '+cpu +memory +pids +cpuset +io');
  }

  enter(group: string): void {
    writeFileSync(`${group}/cgroup.procs`, String(process.pid));
  }

  /** As systemd marks a group whose inside is its service's own. */
  mark(group: string, name: string): void {
    createLinuxSyscalls().lsetxattr(group, name, Buffer.from('1'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.seteuid?.(0);
    this.enter(ROOT);
    for (const path of this.#made.reverse()) {
      if (existsSync(`${path}/slipway-engine`)) rmdirSync(`${path}/slipway-engine`);
      rmdirSync(path);
    }
    await Promise.resolve();
  }
}
