import type { EventBus } from '../base/events.ts';
import type { Logger } from '../base/log.ts';
import type { HostConfig } from '../formats/docker/container-config.ts';
import type { ImageService } from '../image/image-service.ts';
import type { NetworkService } from '../network/network-service.ts';
import type { Snapshotter } from '../store/snapshots/snapshotter.ts';
import type { RootFilesOptions } from '../store/trees/root-files.ts';
import type { TreeService } from '../store/trees/tree-service.ts';
import type { DeviceAccess } from '../sys/cgroups/device-rules.ts';
import type { ResourceLimits } from '../sys/cgroups/resource-limits.ts';
import type { CgroupJoin, Launcher } from '../sys/launcher/launcher.ts';
import type { VolumeService } from '../volume/volume-service.ts';
import type { Container, StatsSample } from './container-service.ts';
import type { CgroupHierarchy } from './launch/default-mounts.ts';
import type { CapabilitySets } from './launch/final-ops.ts';
import type { ContainerSpec } from './spec/spec.ts';

/** Where containers are accounted and limited; runtime/sys/cgroups behind the few verbs containers need. */
export interface CgroupBackend {
  /** What of the limits this host cannot enforce, in sentences. */
  warnings(limits: ResourceLimits): readonly string[];
  /** The hierarchies a container sees below /sys/fs/cgroup. */
  readonly hierarchies: readonly CgroupHierarchy[];
  /** Makes the groups with their limits, beneath `parent` or the engine's own. Nothing is left after a failure. */
  create(id: string, limits: ResourceLimits, devices: DeviceAccess, parent?: string): CgroupJoin;
  /** Says where the groups of a container from before the engine's start are. */
  place(id: string, parent: string): void;
  /** Changes limits of running groups, all or none, and answers what takes it back. Conflict for memory below what is in use. */
  update(id: string, limits: ResourceLimits): () => void;
  /** Same as the last `create` returned; for execs after an engine restart. */
  join(id: string): CgroupJoin;
  freeze(id: string): Promise<void>;
  /** Idempotent. */
  thaw(id: string): Promise<void>;
  isFrozen(id: string): boolean;
  pids(id: string): number[];
  /** Networks are left empty. NotFound when there is no such group. */
  stats(id: string): Omit<StatsSample, 'networks'>;
  /** Ends what still runs in them and removes the groups. Idempotent. */
  remove(id: string): Promise<void>;
  /** Ids that have groups, for the collection of leftovers. */
  list(): string[];
}

export interface StoredContainer {
  readonly container: Container;
  /** The user ended it, so that the policy `unless-stopped` leaves it alone. */
  readonly isStopRequested: boolean;
}

/** Persisted containers; one row each. */
export interface ContainerRecords {
  insert(stored: StoredContainer): void;
  update(stored: StoredContainer): void;
  /** Writes all of it, the configuration too. */
  redefine(stored: StoredContainer): void;
  remove(id: string): void;
  all(): StoredContainer[];
}

export interface Privileges {
  /** Throws InvalidArgument for an unknown capability. */
  capabilities(request: ContainerSpec['capabilities']): CapabilitySets;
  /** Filter for `default`, `unconfined` (null) or the JSON text of a profile. Throws InvalidArgument for a bad one. Cached. */
  seccomp(profile: string, capabilities: CapabilitySets): Uint8Array | null;
}

/** Text of a file of a container, by its init's root; empty when it is absent, not regular or too big. */
export type ReadInRoot = (pid: number, path: string) => string;

export interface ContainerDependencies {
  readonly launcher: Launcher;
  readonly snapshots: Snapshotter;
  readonly trees: Pick<TreeService, 'stat' | 'pack' | 'packLayer' | 'unpack' | 'changes'> & RootFilesOptions['trees'];
  readonly images: Pick<ImageService, 'resolve' | 'commit' | 'list'>;
  readonly cgroups: CgroupBackend;
  readonly network: Pick<NetworkService, 'find' | 'check' | 'connect' | 'attach' | 'detach' | 'rename' | 'serve' | 'restore' | 'settle' | 'release'>;
  readonly volumes: Pick<
    VolumeService,
    'attachUsers' | 'check' | 'create' | 'settle' | 'get' | 'has' | 'hold' | 'copyUp' | 'mount' | 'restore' | 'settleMounts' | 'unmount' | 'remove'
  >;
  readonly privileges: Privileges;
  readonly readInRoot: ReadInRoot;
  readonly records: ContainerRecords;
  readonly events: EventBus;
  readonly logger: Logger;
  /** What a container has that says nothing of it; absent: Docker's own. */
  readonly defaults?: () => Pick<HostConfig, 'DnsSearch' | 'DnsOptions' | 'LogConfig'>;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
  /** `containers` is on disk, `run` on a file system that a reboot empties. */
  readonly directories: { readonly containers: string; readonly run: string };
}
