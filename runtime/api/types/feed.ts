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
  readonly ports: readonly { readonly container: number; readonly host: number | null; readonly protocol: string; readonly address: string }[];
}

/** An image as lists show it. */
export interface ImageRow {
  readonly id: string;
  readonly tags: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Bytes. */
  readonly size: number;
  /** Ids of the containers that use it. */
  readonly usedBy: readonly string[];
  readonly command: string;
}

export type FeedChange =
  | { readonly kind: 'container'; readonly id: string; readonly value: ContainerRow | null }
  | { readonly kind: 'image'; readonly id: string; readonly value: ImageRow | null };

/**
 * GET /slipway/v1/feed: one JSON object a line. The first is a snapshot, each later one has `seq` one higher;
 * a gap means: connect again.
 */
export type FeedMessage =
  | { readonly seq: number; readonly snapshot: { readonly containers: readonly ContainerRow[]; readonly images: readonly ImageRow[] } }
  | { readonly seq: number; readonly changes: readonly FeedChange[] };
