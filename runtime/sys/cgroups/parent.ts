import { closeSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AT, O } from '../constants.ts';
import { hasCode } from '../errno.ts';
import type { Syscalls } from '../syscalls.ts';
import type { Hierarchy } from './layout.ts';

/** v2 controllers that groups of containers want. */
const WANTED = ['cpu', 'cpuset', 'io', 'memory', 'pids', 'hugetlb'];

/** The group of one hierarchy beneath which every container gets its own. Its directory is held open. */
export class ParentGroup implements Disposable {
  readonly hierarchy: Hierarchy;
  readonly directory: string;
  readonly fd: number;
  /** Files that a group made here has. */
  readonly #files: ReadonlySet<string>;
  /** v2: controllers handed down to the groups below. */
  readonly #delegated: readonly string[];

  private constructor(hierarchy: Hierarchy, directory: string, fd: number) {
    this.hierarchy = hierarchy;
    this.directory = directory;
    this.fd = fd;
    this.#files = new Set(readdirSync(directory));
    this.#delegated = hierarchy.version === 2 ? read(`${directory}/cgroup.subtree_control`).split(/\s+/) : [];
  }

  /** Makes `name` (a path such as `/slipway`) beneath the hierarchy's mount, ready for groups below. Idempotent. Throws what the file system says. */
  static open(syscalls: Syscalls, hierarchy: Hierarchy, name: string): ParentGroup {
    const directory = path.posix.join(hierarchy.mountPoint, name);
    const steps = stepsBetween(hierarchy.mountPoint, directory);
    if (hierarchy.version === 2) delegate(hierarchy.mountPoint, hierarchy.controllers);
    for (const step of steps) {
      mkdirSync(step, { recursive: true });
      if (hierarchy.version === 2) delegate(step, hierarchy.controllers);
      if (hierarchy.controllers.includes('cpuset') && hierarchy.version === 1) fillCpuset(step);
    }
    return new ParentGroup(hierarchy, directory, syscalls.openat2(AT.FDCWD, directory, { flags: O.PATH | O.DIRECTORY }));
  }

  has(file: string): boolean {
    if (!this.#files.has(file)) return false;
    const controller = file.slice(0, file.indexOf('.'));
    return this.hierarchy.version === 1 || controller === 'cgroup' || this.#delegated.includes(controller);
  }

  /** The group itself goes with its last container; while one runs the kernel keeps it. */
  [Symbol.dispose](): void {
    closeSync(this.fd);
    try {
      rmdirSync(this.directory);
    } catch (error) {
      if (!hasCode(error, 'EBUSY', 'ENOTEMPTY', 'ENOENT')) throw error;
    }
  }
}

function stepsBetween(mountPoint: string, directory: string): string[] {
  const names = path.posix.relative(mountPoint, directory).split('/').filter(Boolean);
  return names.map((_, at) => path.posix.join(mountPoint, ...names.slice(0, at + 1)));
}

/** v1 refuses tasks in a group without cpus and mems, so they are copied top down; `clone_children` lets the kernel do it for containers. */
function fillCpuset(directory: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (read(`${directory}/${file}`).trim() === '') writeFileSync(`${directory}/${file}`, read(`${path.posix.dirname(directory)}/${file}`).trim());
  }
  writeFileSync(`${directory}/cgroup.clone_children`, '1');
}

/**
 * Hands controllers down. A group with processes of its own may not do so (cgroups(7), no internal processes), unless it is the
 * real root: then its processes, this one among them, move to a leaf beside the containers.
 */
function delegate(directory: string, available: readonly string[]): void {
  const file = `${directory}/cgroup.subtree_control`;
  const present = read(file).split(/\s+/);
  for (const controller of WANTED) {
    if (!available.includes(controller) || present.includes(controller)) continue;
    try {
      writeFileSync(file, `+${controller}`);
    } catch (error) {
      if (!hasCode(error, 'EBUSY')) continue;
      moveProcessesToLeaf(directory);
      tryWrite(file, `+${controller}`);
    }
  }
}

const LEAF = 'slipway-engine';

function moveProcessesToLeaf(directory: string): void {
  const leaf = `${directory}/${LEAF}`;
  mkdirSync(leaf, { recursive: true });
  for (const pid of read(`${directory}/cgroup.procs`).split('\n').filter(Boolean)) tryWrite(`${leaf}/cgroup.procs`, pid);
}

/** Best effort: what could not be had shows as a missing controller. */
function tryWrite(file: string, value: string): void {
  try {
    writeFileSync(file, value);
  } catch {
    return;
  }
}

function read(file: string): string {
  return readFileSync(file, 'latin1');
}
