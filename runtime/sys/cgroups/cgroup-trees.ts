import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { CgroupJoin } from '../launcher/launcher.ts';
import type { Syscalls } from '../syscalls.ts';
import { CgroupManager, type VisibleHierarchy } from './cgroup-manager.ts';
import type { DeviceAccess } from './device-rules.ts';
import type { CgroupLayout } from './layout.ts';
import { baseOf } from './parent.ts';
import type { ResourceLimits } from './resource-limits.ts';
import type { GroupStats } from './stats.ts';

interface Place {
  readonly parent: string;
}

/**
 * The groups of containers beneath the engine's own parent, and of those with a parent of their users' choice beneath that one. A
 * user's parent is opened with its first container and given up with its last; only what was made for it is removed, and no group or
 * process in it is touched but those of containers placed there.
 */
export class CgroupTrees implements Disposable {
  readonly #syscalls: Syscalls;
  readonly #layout: CgroupLayout;
  readonly #own: CgroupManager;
  readonly #trees = new Map<string, CgroupManager>();
  readonly #places = new Map<string, Place>();

  /** Takes `own` over. */
  constructor(syscalls: Syscalls, layout: CgroupLayout, own: CgroupManager) {
    this.#syscalls = syscalls;
    this.#layout = layout;
    this.#own = own;
  }

  static open(syscalls: Syscalls, parent: string): CgroupTrees {
    const layout = CgroupManager.hostLayout();
    return new CgroupTrees(syscalls, layout, new CgroupManager(syscalls, layout, { parent }));
  }

  get problems(): readonly string[] {
    return this.#own.problems;
  }

  get hierarchies(): readonly VisibleHierarchy[] {
    return this.#own.hierarchies;
  }

  warnings(limits: ResourceLimits): readonly string[] {
    return this.#own.warnings(limits);
  }

  /** Says where the groups of a container from before the engine's start are. */
  place(id: string, parent: string): void {
    this.#places.set(id, { parent });
  }

  /** As CgroupManager.create, beneath `parent` from the hierarchies' mount points; absent: the engine's. InvalidArgument for a parent that cannot be used. */
  create(id: string, limits: ResourceLimits, devices: DeviceAccess, parent?: string): CgroupJoin {
    if (parent === undefined) return this.#own.create(id, limits, devices);
    const place = { parent };
    this.#places.set(id, place);
    try {
      return this.#tree(parent).create(id, limits, devices);
    } catch (error) {
      this.#leave(id, place);
      throw error;
    }
  }

  update(id: string, limits: ResourceLimits): () => void {
    return this.#of(id).update(id, limits);
  }

  join(id: string): CgroupJoin {
    return this.#of(id).join(id);
  }

  async freeze(id: string): Promise<void> {
    await this.#of(id).freeze(id);
  }

  async thaw(id: string): Promise<void> {
    await this.#of(id).thaw(id);
  }

  isFrozen(id: string): boolean {
    return this.#of(id).isFrozen(id);
  }

  pids(id: string): number[] {
    return this.#of(id).pids(id);
  }

  stats(id: string): GroupStats {
    return this.#of(id).stats(id);
  }

  async remove(id: string): Promise<void> {
    const place = this.#places.get(id);
    await this.#of(id).remove(id);
    if (place !== undefined) this.#leave(id, place);
  }

  list(): string[] {
    const placed = [...this.#places].filter(([id, { parent }]) =>
      this.#layout.hierarchies.some((hierarchy) => existsSync(path.posix.join(baseOf(this.#syscalls, hierarchy), parent, id))),
    );
    return [...this.#own.list(), ...placed.map(([id]) => id)];
  }

  [Symbol.dispose](): void {
    for (const tree of this.#trees.values()) tree[Symbol.dispose]();
    this.#trees.clear();
    this.#own[Symbol.dispose]();
  }

  #of(id: string): CgroupManager {
    const place = this.#places.get(id);
    return place === undefined ? this.#own : this.#tree(place.parent);
  }

  #tree(parent: string): CgroupManager {
    const known = this.#trees.get(parent);
    if (known !== undefined) return known;
    const tree = new CgroupManager(this.#syscalls, this.#layout, { parent, isShared: true });
    const problem = tree.problems.find((text) => !this.#own.problems.includes(text));
    if (problem !== undefined) {
      tree[Symbol.dispose]();
      throw new EngineError('InvalidArgument', `CgroupParent: ${parent}: ${problem}`);
    }
    this.#trees.set(parent, tree);
    return tree;
  }

  /** A newer start may have placed the container again meanwhile. */
  #leave(id: string, place: Place): void {
    if (this.#places.get(id) === place) this.#places.delete(id);
    if ([...this.#places.values()].some(({ parent }) => parent === place.parent)) return;
    this.#trees.get(place.parent)?.[Symbol.dispose]();
    this.#trees.delete(place.parent);
  }
}
