import { closeSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
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
  /** Goes with this object, innermost last. */
  readonly #made: readonly string[];

  private constructor(hierarchy: Hierarchy, directory: string, fd: number, made: readonly string[]) {
    this.hierarchy = hierarchy;
    this.directory = directory;
    this.fd = fd;
    this.#made = made;
    this.#files = new Set(readdirSync(directory));
    this.#delegated = hierarchy.version === 2 ? read(`${directory}/cgroup.subtree_control`).split(/\s+/) : [];
  }

  /**
   * Makes `name` (a path such as `/slipway`) beneath the hierarchy's mount, or in v2 beneath the subtree this engine was given,
   * ready for groups below. Idempotent. `isShared`: others may use it too, so that its processes stay where they are and it is
   * removed only if it was made here. Throws what the file system says.
   */
  static open(syscalls: Syscalls, hierarchy: Hierarchy, name: string, isShared: boolean): ParentGroup {
    const base = baseOf(syscalls, hierarchy);
    const directory = path.posix.join(base, name);
    if (hierarchy.version === 2) delegate(base, hierarchy.controllers, true);
    const made: string[] = [];
    try {
      for (const step of stepsBetween(base, directory)) {
        if (mkdirSync(step, { recursive: true }) !== undefined) made.push(step);
        if (hierarchy.version === 2) delegate(step, hierarchy.controllers, !isShared);
        if (hierarchy.controllers.includes('cpuset') && hierarchy.version === 1) fillCpuset(step);
      }
      const fd = syscalls.openat2(AT.FDCWD, directory, { flags: O.PATH | O.DIRECTORY });
      return new ParentGroup(hierarchy, directory, fd, isShared ? made : [directory]);
    } catch (error) {
      if (isShared) removeGroups(made);
      throw error;
    }
  }

  has(file: string): boolean {
    if (!this.#files.has(file)) return false;
    const controller = file.slice(0, file.indexOf('.'));
    return controller === 'cgroup' || this.hands(controller);
  }

  /** Whether groups below have the files of a controller, by the kernel's name for it. */
  hands(controller: string): boolean {
    return this.hierarchy.version === 1 || this.#delegated.includes(controller);
  }

  /** The group itself goes with its last container; while one runs the kernel keeps it. */
  [Symbol.dispose](): void {
    closeSync(this.fd);
    removeGroups(this.#made);
  }
}

/** Where parents of containers are: the hierarchy's mount, or in v2 the subtree this engine was given. */
export function baseOf(syscalls: Syscalls, hierarchy: Hierarchy): string {
  return hierarchy.version === 2 ? path.posix.join(hierarchy.mountPoint, delegatedGroup(syscalls, hierarchy)) : hierarchy.mountPoint;
}

function removeGroups(directories: readonly string[]): void {
  for (const directory of directories.toReversed()) {
    try {
      rmdirSync(directory);
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

const LEAF = 'slipway-engine';
const LEAF_TRIES = 5;

/**
 * The subtree that was given to this engine, by systemd's mark on its group: containers belong there, and what lies above is
 * another's business. `/` without one. systemd, docs/CGROUP_DELEGATION.md, "Delegation".
 */
function delegatedGroup(syscalls: Syscalls, { mountPoint, ownPath }: Hierarchy): string {
  // A restarted engine is in the leaf already.
  const group = path.posix.basename(ownPath) === LEAF ? path.posix.dirname(ownPath) : ownPath;
  const isMarked = (name: string): boolean => {
    try {
      return Buffer.from(syscalls.lgetxattr(path.posix.join(mountPoint, group), name)).toString() === '1';
    } catch {
      return false;
    }
  };
  return group !== '/' && (isMarked('trusted.delegate') || isMarked('user.delegate')) ? group : '/';
}

/**
 * Hands controllers down. Only the real root may do so and have processes (cgroups(7), no internal processes): elsewhere they,
 * this one among them, move to a leaf beside the containers. Before and not after a refusal: with processes inside, the kernel
 * does take `cpu` or `pids`, but turns the group into a threaded one in which no container can be. What cannot be had shows as missing.
 */
function delegate(directory: string, available: readonly string[], mayMove: boolean): void {
  const file = `${directory}/cgroup.subtree_control`;
  const present = read(file).split(/\s+/);
  const missing = WANTED.filter((controller) => available.includes(controller) && !present.includes(controller));
  if (missing.length > 0 && existsSync(`${directory}/cgroup.type`)) {
    if (!mayMove && read(`${directory}/cgroup.procs`) !== '') return;
    moveProcessesToLeaf(directory);
  }
  // One by one: of several in one write the kernel takes all or none.
  for (const controller of missing) tryWrite(file, `+${controller}`);
}

/** Again and again, because a process may fork while it is moved. */
function moveProcessesToLeaf(directory: string): void {
  const leaf = `${directory}/${LEAF}`;
  for (let tries = 0; tries < LEAF_TRIES; tries++) {
    const pids = read(`${directory}/cgroup.procs`).split('\n').filter(Boolean);
    if (pids.length === 0) return;
    mkdirSync(leaf, { recursive: true });
    for (const pid of pids) tryWrite(`${leaf}/cgroup.procs`, pid);
  }
}

/** Best effort. */
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
