import type { Digest } from '../../base/digest.ts';
import { Turns } from '../../base/turns.ts';
import type { StagedLayer } from '../../store/layers/layer-store.ts';

/** How far one layer is; the same for everyone who waits for it. */
export interface LayerProgress {
  readonly phase: 'waiting' | 'downloading' | 'retrying' | 'verifying' | 'downloaded' | 'extracting';
  /** Bytes of the blob. */
  readonly current: number;
  readonly total: number;
  /** Seconds until it goes on, while it is retrying. */
  readonly pause?: number;
}

type Listener = (progress: LayerProgress) => void;
/** Runs as long as anybody wants its layer, which may be longer than whoever has begun it. */
type Fetch = (signal: AbortSignal, onProgress: Listener) => Promise<StagedLayer>;

/** One user's part in a transfer. Disposing of it ends the transfer unless others still want it, and deletes what nobody has published. */
export interface TransferLease extends AsyncDisposable {
  readonly layer: Promise<StagedLayer>;
}

interface Transfer {
  readonly layer: Promise<StagedLayer>;
  readonly ending: AbortController;
  readonly listeners: Set<Listener>;
  /** What was told last. */
  readonly latest: () => LayerProgress | null;
}

/** Docker's default for concurrent downloads. */
const SIMULTANEOUS = 3;

/** Layers on their way from registries: each is fetched once, however many pulls want it. */
export class Transfers {
  readonly #transfers = new Map<Digest, Transfer>();
  readonly #turns = new Turns(SIMULTANEOUS);

  join(digest: Digest, fetch: Fetch, onProgress: Listener): TransferLease {
    const transfer = this.#transfers.get(digest) ?? this.#begin(digest, fetch);
    transfer.listeners.add(onProgress);
    const latest = transfer.latest();
    if (latest !== null) onProgress(latest);
    return { layer: transfer.layer, [Symbol.asyncDispose]: () => this.#leave(digest, transfer, onProgress) };
  }

  #begin(digest: Digest, fetch: Fetch): Transfer {
    const ending = new AbortController();
    const listeners = new Set<Listener>();
    let latest: LayerProgress | null = null;
    const tell = (progress: LayerProgress): void => {
      latest = progress;
      for (const listener of listeners) listener(progress);
    };
    const layer = this.#turns.run(
      ending.signal,
      () => fetch(ending.signal, tell),
      () => tell({ phase: 'waiting', current: 0, total: 0 }),
    );
    // Each user waits for it in its own time.
    layer.catch(() => undefined);
    const transfer: Transfer = { layer, ending, listeners, latest: () => latest };
    this.#transfers.set(digest, transfer);
    return transfer;
  }

  async #leave(digest: Digest, transfer: Transfer, listener: Listener): Promise<void> {
    transfer.listeners.delete(listener);
    if (transfer.listeners.size > 0) return;
    if (this.#transfers.get(digest) === transfer) this.#transfers.delete(digest);
    transfer.ending.abort();
    const layer = await transfer.layer.catch(() => null);
    await layer?.[Symbol.asyncDispose]();
  }
}
