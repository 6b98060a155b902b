import { closeSync } from 'node:fs';
import { BPF } from '../constants.ts';
import type { Syscalls } from '../syscalls.ts';
import { compileDeviceProgram } from './device-program.ts';
import { type DeviceRule, ruleText } from './device-rules.ts';

const CACHE = 16;

/** Loads device programs once for each set of rules and attaches them to v2 groups. bpf(2). */
export class DevicePrograms implements Disposable {
  readonly #syscalls: Syscalls;
  readonly #loaded = new Map<string, number>();

  constructor(syscalls: Syscalls) {
    this.#syscalls = syscalls;
  }

  /** To a group that has no program yet. The kernel keeps the program as long as the group lives. */
  attach(groupFd: number, rules: readonly DeviceRule[]): void {
    const attributes = new Uint32Array([groupFd, this.#program(rules), BPF.CGROUP_DEVICE, BPF.F_ALLOW_MULTI]);
    this.#syscalls.bpf(BPF.PROG_ATTACH, new Uint8Array(attributes.buffer));
  }

  #program(rules: readonly DeviceRule[]): number {
    const key = rules.map(ruleText).join('\n');
    const known = this.#loaded.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#loaded;
    if (oldest !== undefined && this.#loaded.size >= CACHE) {
      closeSync(oldest[1]);
      this.#loaded.delete(oldest[0]);
    }
    const fd = this.#load(compileDeviceProgram(rules));
    this.#loaded.set(key, fd);
    return fd;
  }

  /** No memory lock limit is raised first: kernels since 5.11 account programs to memory cgroups, and raising may be forbidden. */
  #load(program: Uint8Array): number {
    const license = Buffer.from('Apache-2.0\0');
    const attributes = Buffer.alloc(48);
    attributes.writeUInt32LE(BPF.PROG_TYPE_CGROUP_DEVICE, 0);
    attributes.writeUInt32LE(program.byteLength / 8, 4);
    attributes.writeBigUInt64LE(this.#syscalls.addressOf(program), 8);
    attributes.writeBigUInt64LE(this.#syscalls.addressOf(license), 16);
    return this.#syscalls.bpf(BPF.PROG_LOAD, attributes);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#loaded.values()) closeSync(fd);
    this.#loaded.clear();
  }
}
