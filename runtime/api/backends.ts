import type { EventBus } from '../base/events.ts';
import type { Finding } from '../base/finding.ts';
import type { BuildService } from '../build/build-service.ts';
import type { ContainerFiles } from '../container/container-files.ts';
import type { ContainerService } from '../container/container-service.ts';
import type { LogViews } from '../container/logs/view/log-views.ts';
import type { DaemonConfig } from '../formats/docker/daemon-config.ts';
import type { ImageService } from '../image/image-service.ts';
import type { NetworkService } from '../network/network-service.ts';
import type { RootUse } from '../store/root-use.ts';
import type { LimitSupport } from '../sys/cgroups/limit-support.ts';
import type { VolumeFiles } from '../volume/volume-files.ts';
import type { VolumeService } from '../volume/volume-service.ts';

/** What the engine knows of itself; the daemon fills it once. */
export interface EngineFacts {
  /** Stable over restarts of the engine. */
  readonly id: string;
  readonly version: string;
  /** Data and state directories. */
  readonly root: string;
  readonly run: string;
  readonly cgroupVersion: '1' | '2';
  readonly cgroupDriver: 'cgroupfs' | 'systemd' | 'none';
  /** What this host can enforce. */
  readonly limits: LimitSupport;
  /** Name of the snapshotter as `docker info` shows it. */
  readonly storageDriver: string;
  /** Docker's form: `name=seccomp,profile=builtin`. */
  readonly securityOptions: readonly string[];
  /** How registries are reached. */
  readonly registries: { readonly mirrors: readonly string[]; readonly insecure: readonly string[] };
  /** What this engine lacks on this machine, in sentences. */
  readonly warnings: readonly string[];
}

/** The configuration file, as clients see and change it. */
export interface SettingsBackend {
  readonly path: string;
  readonly current: DaemonConfig;
  /** What the command line adds. */
  readonly fixed: { readonly 'registry-mirrors': readonly string[]; readonly 'insecure-registries': readonly string[] };
  /** All of it. InvalidArgument naming the key at fault; then nothing has changed. */
  replace(value: unknown): unknown;
}

export interface ApiBackends {
  readonly settings: SettingsBackend;
  readonly containers: ContainerService;
  readonly files: ContainerFiles;
  readonly logViews: LogViews;
  readonly images: ImageService;
  readonly builds: BuildService;
  readonly events: EventBus;
  readonly networks: Pick<NetworkService, 'list' | 'find' | 'create' | 'remove' | 'membersOf'>;
  readonly volumes: VolumeService;
  readonly volumeFiles: VolumeFiles;
  readonly engine: EngineFacts;
  /** What is on the engine's disk; its areas only where asked for, as each file of the root is looked at. */
  readonly disk: (withAreas: boolean) => Promise<RootUse>;
  /** Looks at this machine for what may keep containers from working. */
  readonly diagnose: () => Promise<readonly Finding[]>;
}
