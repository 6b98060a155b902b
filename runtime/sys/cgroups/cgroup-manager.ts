import { closeSync, existsSync, readdirSync, readFileSync, rmdirSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, messageOf } from '../../base/errors.ts';
import { AT, O } from '../constants.ts';
import { hasCode } from '../errno.ts';
import type { CgroupJoin } from '../launcher/launcher.ts';
import type { Syscalls } from '../syscalls.ts';
import { DevicePrograms } from './attach-devices.ts';
import { type DeviceAccess, deviceRules, ruleText } from './device-rules.ts';
import { type FreezableGroup, freeze, isFrozen, thaw } from './freeze.ts';
import { type CgroupLayout, type Controller, detectLayout } from './layout.ts';
import { type ControllerFiles, type LimitWrite, planLimits } from './limits.ts';
import { ParentGroup } from './parent.ts';
import { groupsBelow, killAll, processesIn } from './processes.ts';
import type { ResourceLimits } from './resource-limits.ts';
import { type GroupStats, HostCpu, StatsReader } from './stats.ts';
import { applyUpdate, refusedLimit } from './update.ts';

export interface CgroupOptions {
  /** Group beneath which containers get theirs, from each hierarchy's mount point or the subtree the engine was given; default `/slipway`. */
  readonly parent?: string;
  /** Others use `parent` too. */
  readonly isShared?: boolean;
}

/** A hierarchy as a container sees it below /sys/fs/cgroup. */
export interface VisibleHierarchy {
  /** Directory name, e.g. `cpu,cpuacct`; empty: the v2 tree itself. */
  readonly name: string;
  readonly fstype: 'cgroup' | 'cgroup2';
  readonly data: string;
}

const GROUP_NAME = /^[a-zA-Z0-9][\w.-]*$/;
const REMOVAL_TRIES = 10;
/** Controllers by which containers are limited; v2 spells them so. */
const LIMITING = ['cpu', 'memory', 'pids', 'cpuset', 'io'] as const;

/**
 * Makes, limits, reads, freezes, empties and removes the groups of containers, whichever hierarchy each controller lives in.
 * A container has one group of its name in every hierarchy. Names that are no plain file name are InvalidArgument.
 */
export class CgroupManager implements Disposable {
  /** What could not be set up on this host, for the log. */
  readonly problems: readonly string[];
  readonly hierarchies: readonly VisibleHierarchy[];
  readonly #syscalls: Syscalls;
  readonly #parents: readonly ParentGroup[];
  readonly #places: ReadonlyMap<Controller, ParentGroup>;
  readonly #programs: DevicePrograms;
  readonly #hostCpu = new HostCpu();
  readonly #readers = new Map<string, StatsReader>();
  /** Removals under way; a new group of the same name takes the directories over. */
  readonly #removals = new Map<string, { superseded: boolean }>();

  constructor(syscalls: Syscalls, layout: CgroupLayout, { parent = '/slipway', isShared = false }: CgroupOptions = {}) {
    this.#syscalls = syscalls;
    this.#programs = new DevicePrograms(syscalls);
    const problems: string[] = [];
    const opened = new Map(
      layout.hierarchies.flatMap((hierarchy) => {
        try {
          return [[hierarchy, ParentGroup.open(syscalls, hierarchy, parent, isShared)] as const];
        } catch (error) {
          problems.push(`${hierarchy.mountPoint} cannot be used: ${messageOf(error)}`);
          return [];
        }
      }),
    );
    this.#parents = [...opened.values()];
    this.#places = new Map([...layout.controllers].flatMap(([controller, hierarchy]) => [[controller, opened.get(hierarchy)] as const]).filter(isPlaced));
    const kept = LIMITING.filter((controller) => this.#places.get(controller)?.hands(controller) === false);
    if (kept.length > 0) problems.push(`the cgroup controllers ${kept.join(', ')} are not handed down to this engine: their limits do not hold`);
    this.problems = problems;
    this.hierarchies = visible(this.#parents);
  }

  /** With the layout of the running host. */
  static open(syscalls: Syscalls, options: CgroupOptions = {}): CgroupManager {
    return new CgroupManager(syscalls, CgroupManager.hostLayout(), options);
  }

  static hostLayout(): CgroupLayout {
    const read = (file: string): string => readFileSync(file, 'utf8');
    return detectLayout(read('/proc/self/mountinfo'), read('/proc/self/cgroup'), (mountPoint) => read(`${mountPoint}/cgroup.controllers`));
  }

  /** What of `limits` this host cannot enforce, in words for the user. */
  warnings(limits: ResourceLimits): readonly string[] {
    return planLimits(limits, this.#files).warnings;
  }

  /**
   * Makes the groups and writes the limits and device rules, before any task can join. What the host cannot do is left out, see `warnings`.
   * Throws InvalidArgument for a value the kernel refuses and Conflict when the groups exist and are in use; nothing is left then.
   */
  create(id: string, limits: ResourceLimits, devices: DeviceAccess): CgroupJoin {
    checkName(id);
    const removal = this.#removals.get(id);
    if (removal !== undefined) removal.superseded = true;
    const made: ParentGroup[] = [];
    try {
      for (const parent of this.#parents) {
        this.#make(parent, id);
        made.push(parent);
      }
      for (const write of planLimits(limits, this.#files).writes) this.#set(id, write);
      if (!devices.all) this.#restrictDevices(id, devices);
    } catch (error) {
      for (const parent of made) this.#removeIn(parent, id);
      throw error;
    }
    return this.join(id);
  }

  /** Where a process of the container goes. */
  join(id: string): CgroupJoin {
    checkName(id);
    const v2 = this.#parents.find(({ hierarchy }) => hierarchy.version === 2);
    const memory = this.#places.get('memory');
    return {
      v1Tasks: this.#parents.filter(({ hierarchy }) => hierarchy.version === 1).map(({ directory }) => `${directory}/${id}/tasks`),
      ...(v2 === undefined ? {} : { v2Directory: `${v2.directory}/${id}` }),
      ...(memory === undefined ? {} : { oom: { version: memory.hierarchy.version, directory: `${memory.directory}/${id}` } }),
    };
  }

  /**
   * Changes limits of a living group, all or none; device rules stay. Answers what takes it back. Throws Conflict for memory below what
   * is in use, InvalidArgument when the kernel refuses another value.
   */
  update(id: string, limits: ResourceLimits): () => void {
    checkName(id);
    return applyUpdate(planLimits(limits, this.#files).writes, {
      read: (controller, file) => readFileSync(`${this.#place(controller, id)?.directory}/${file}`, 'latin1').trim(),
      write: (write) => this.#set(id, write),
    });
  }

  /** Unsupported when the host cannot freeze; Unavailable when a task does not stop, and nothing is frozen then. */
  async freeze(id: string): Promise<void> {
    await freeze(this.#freezer(id));
  }

  /** Idempotent. */
  async thaw(id: string): Promise<void> {
    await thaw(this.#freezer(id));
  }

  isFrozen(id: string): boolean {
    return isFrozen(this.#freezer(id));
  }

  /** Processes of the container, those in groups it made itself included. */
  pids(id: string): number[] {
    checkName(id);
    const parent = this.#parents.at(-1);
    return parent === undefined ? [] : processesIn(`${parent.directory}/${id}`);
  }

  /** NotFound when there is no such group. */
  stats(id: string): GroupStats {
    checkName(id);
    // Files that do not exist count as figures this host lacks; a group that does not exist must not look like an idle one.
    const [somewhere] = this.#parents;
    if (!this.#readers.has(id) && somewhere !== undefined && !existsSync(`${somewhere.directory}/${id}`)) throw noGroup(id);
    const reader = this.#readers.get(id) ?? new StatsReader((controller) => this.#place(controller, id), this.#hostCpu);
    try {
      const stats = reader.read();
      // Kept only after it has worked, so that asking for what is gone holds nothing open.
      this.#readers.set(id, reader);
      return stats;
    } catch (error) {
      this.#forgetReader(id);
      reader[Symbol.dispose]();
      if (hasCode(error, 'ENODEV', 'ENOENT')) throw noGroup(id);
      throw error;
    }
  }

  /** Ends what still runs in the groups and removes them. Idempotent. Internal when the kernel holds on to one for seconds. */
  async remove(id: string): Promise<void> {
    checkName(id);
    this.#forgetReader(id);
    const removal = { superseded: false };
    this.#removals.set(id, removal);
    try {
      for (let attempt = 0; !this.#tryRemove(id); attempt++) {
        if (attempt === REMOVAL_TRIES) throw new EngineError('Internal', `the cgroups of ${id} stay in use`);
        await this.#empty(id);
        await sleep(2 ** attempt);
        if (removal.superseded) return;
      }
    } finally {
      if (this.#removals.get(id) === removal) this.#removals.delete(id);
    }
  }

  /** Names that have groups in any hierarchy, those of leftovers included. */
  list(): string[] {
    const names = this.#parents.flatMap(({ directory }) => readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory()));
    return [...new Set(names.map(({ name }) => name))];
  }

  /** Leaves the groups as they are. */
  [Symbol.dispose](): void {
    for (const id of [...this.#readers.keys()]) this.#forgetReader(id);
    for (const parent of this.#parents) parent[Symbol.dispose]();
    this.#programs[Symbol.dispose]();
    this.#hostCpu[Symbol.dispose]();
  }

  readonly #files: ControllerFiles = (controller) => {
    const parent = this.#places.get(controller);
    return parent === undefined ? undefined : { version: parent.hierarchy.version, has: (file) => parent.has(file) };
  };

  #place(controller: Controller, id: string): FreezableGroup | undefined {
    const parent = this.#places.get(controller);
    return parent === undefined ? undefined : { version: parent.hierarchy.version, directory: `${parent.directory}/${id}` };
  }

  #freezer(id: string): FreezableGroup {
    checkName(id);
    const group = this.#place('freezer', id);
    if (group === undefined) throw new EngineError('Unsupported', 'this host has no cgroup freezer');
    return group;
  }

  #make(parent: ParentGroup, id: string): void {
    try {
      this.#syscalls.mkdirat(parent.fd, id, 0o755);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      // A leftover with old limits; one with processes in it must not be shared.
      if (!removeGroups(`${parent.directory}/${id}`)) throw new EngineError('Conflict', `the cgroup ${parent.directory}/${id} is in use`, { cause: error });
      this.#syscalls.mkdirat(parent.fd, id, 0o755);
    }
  }

  #set(id: string, write: LimitWrite): void {
    const parent = this.#places.get(write.controller);
    if (parent === undefined) return;
    try {
      this.#write(parent, `${id}/${write.file}`, write.value);
    } catch (error) {
      throw refusedLimit(error, write, (file) => readFileSync(`${parent.directory}/${id}/${file}`, 'latin1'), messageOf(error));
    }
  }

  #restrictDevices(id: string, { given, rules: more }: DeviceAccess): void {
    const parent = this.#places.get('devices');
    if (parent === undefined) return;
    const rules = deviceRules(given, more);
    if (parent.hierarchy.version === 1) {
      this.#write(parent, `${id}/devices.deny`, 'a');
      // The kernel takes one rule a write.
      this.#write(parent, `${id}/devices.allow`, ...rules.map(ruleText));
      return;
    }
    const fd = this.#syscalls.openat2(parent.fd, id, { flags: O.RDONLY | O.DIRECTORY });
    try {
      this.#programs.attach(fd, rules);
    } catch (error) {
      // Open to every device is no fallback.
      throw new EngineError('Unsupported', `this engine cannot restrict devices: ${messageOf(error)}`, { cause: error });
    } finally {
      closeSync(fd);
    }
  }

  #write(parent: ParentGroup, file: string, ...values: readonly string[]): void {
    const fd = this.#syscalls.openat2(parent.fd, file, { flags: O.WRONLY });
    try {
      for (const value of values) writeSync(fd, value);
    } finally {
      closeSync(fd);
    }
  }

  /** True when no group is left. */
  #tryRemove(id: string): boolean {
    return this.#parents.map((parent) => this.#removeIn(parent, id)).every(Boolean);
  }

  #removeIn(parent: ParentGroup, id: string): boolean {
    try {
      this.#syscalls.unlinkat(parent.fd, id, AT.REMOVEDIR);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return true;
      return removeGroups(`${parent.directory}/${id}`);
    }
  }

  async #empty(id: string): Promise<void> {
    for (const { directory } of [...this.#parents].reverse()) await killAll(`${directory}/${id}`, this.#place('freezer', id));
  }

  #forgetReader(id: string): void {
    this.#readers.get(id)?.[Symbol.dispose]();
    this.#readers.delete(id);
  }
}

/** Removes a group and the ones below it; false while one is in use. */
function removeGroups(directory: string): boolean {
  for (const group of groupsBelow(directory)) {
    try {
      rmdirSync(group);
    } catch (error) {
      if (hasCode(error, 'EBUSY', 'ENOTEMPTY')) return false;
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  return true;
}

/** On a host with v1 hierarchies a container sees those alone, as in Docker. */
function visible(parents: readonly ParentGroup[]): VisibleHierarchy[] {
  const v1 = parents.filter(({ hierarchy }) => hierarchy.version === 1);
  if (v1.length === 0) return parents.map(() => ({ name: '', fstype: 'cgroup2', data: '' }));
  return v1.map(({ hierarchy }) => ({ name: path.posix.basename(hierarchy.mountPoint), fstype: 'cgroup', data: hierarchy.data }));
}

function isPlaced(entry: readonly [Controller, ParentGroup | undefined]): entry is readonly [Controller, ParentGroup] {
  return entry[1] !== undefined;
}

function noGroup(id: string): EngineError {
  return new EngineError('NotFound', `no cgroup ${id}`);
}

function checkName(id: string): void {
  if (!GROUP_NAME.test(id)) throw new EngineError('InvalidArgument', `cgroup name ${JSON.stringify(id.slice(0, 100))}: not a plain name`);
}
