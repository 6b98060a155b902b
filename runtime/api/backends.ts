import type { EventBus } from '../base/events.ts';
import type { ContainerService } from '../container/container-service.ts';
import type { ImageService } from '../image/image-service.ts';

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
  /** Name of the snapshotter as `docker info` shows it. */
  readonly storageDriver: string;
  /** Docker's form: `name=seccomp,profile=builtin`. */
  readonly securityOptions: readonly string[];
  /** What this engine lacks on this machine, in sentences. */
  readonly warnings: readonly string[];
}

/** A network as lists show it. */
export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly createdAt: bigint;
  readonly internal: boolean;
  readonly subnets: readonly { readonly subnet: string; readonly gateway: string }[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface NetworkBackend {
  list(): readonly NetworkFacts[];
}

export interface ApiBackends {
  readonly containers: ContainerService;
  readonly images: ImageService;
  readonly events: EventBus;
  /** Absent: bridge, host and none are listed without addresses. */
  readonly networks?: NetworkBackend;
  readonly engine: EngineFacts;
}
