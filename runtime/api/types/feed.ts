/** A container as lists show it; the feed's entity. */
export interface ContainerRow {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly command: string;
  /** Docker's state word. */
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Why the last start failed; empty else. */
  readonly error: string;
  /** Milliseconds since the epoch; 0: never. */
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly tty: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** How often its policy has decided to start it again since somebody started it; the next start, while it waits for that, is one of them. */
  readonly restartCount: number;
  /** While it is `restarting`: when it is started next. Milliseconds since the epoch; 0 else. */
  readonly nextStartAt: number;
  /** Docker's word for its health while it runs, afterwards what its checks had said; `none`: it has no check. */
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy';
  /** Names of the networks that it is or will be on; `host`, `none` and `container:ID` as they are. */
  readonly networks: readonly string[];
  /** Names of the volumes that it mounts. */
  readonly volumes: readonly string[];
  readonly ports: readonly { readonly container: number; readonly host: number | null; readonly protocol: string; readonly address: string }[];
}

/** An image as lists show it. */
export interface ImageRow {
  readonly id: string;
  readonly tags: readonly string[];
  /** What its names stood for in their registries: `repository@sha256:...`. */
  readonly digests: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  /** Ids of the containers that use it. */
  readonly usedBy: readonly string[];
  readonly command: string;
}

/** A volume as lists show it; sizes come apart, as they take time. */
export interface VolumeRow {
  /** Its name, which is its id. */
  readonly id: string;
  readonly driver: string;
  readonly mountpoint: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Ids of the containers that mount it. */
  readonly usedBy: readonly string[];
}

/** A network as lists show it. */
export interface NetworkRow {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  /** One of those that are always there. */
  readonly builtIn: boolean;
  readonly internal: boolean;
  readonly ipv6: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the driver: MTU, parent, modes. */
  readonly options: Readonly<Record<string, string>>;
  readonly subnets: readonly { readonly subnet: string; readonly range: string; readonly gateway: string }[];
  /** Its subnets were asked for; containers can have static addresses on such a network alone. */
  readonly ownSubnets: boolean;
  /** Running containers on it, with what names and addresses they have there. */
  readonly members: readonly {
    readonly container: string;
    readonly ipv4: string;
    readonly ipv6: string;
    readonly mac: string;
    readonly names: readonly string[];
  }[];
}

export type FeedChange =
  | { readonly kind: 'container'; readonly id: string; readonly value: ContainerRow | null }
  | { readonly kind: 'image'; readonly id: string; readonly value: ImageRow | null }
  | { readonly kind: 'volume'; readonly id: string; readonly value: VolumeRow | null }
  | { readonly kind: 'network'; readonly id: string; readonly value: NetworkRow | null };

export interface FeedSnapshot {
  readonly containers: readonly ContainerRow[];
  readonly images: readonly ImageRow[];
  readonly volumes: readonly VolumeRow[];
  readonly networks: readonly NetworkRow[];
}

/**
 * GET /slipway/v1/feed: one JSON object a line. The first is a snapshot, each later one has `seq` one higher;
 * a gap means: connect again.
 */
export type FeedMessage = { readonly seq: number; readonly snapshot: FeedSnapshot } | { readonly seq: number; readonly changes: readonly FeedChange[] };
