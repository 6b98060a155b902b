import { setImmediate } from 'node:timers/promises';
import { type Digest, hexOf } from '../base/digest.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { ContentStore } from './content/content-store.ts';
import type { PartialBlobs } from './layers/partial-blobs.ts';
import type { Leases } from './leases.ts';
import type { ImageRecords } from './records/images.ts';
import type { LayerRecords } from './records/layers.ts';
import type { Snapshotter } from './snapshots/snapshotter.ts';

export interface GarbageDependencies {
  readonly images: Pick<ImageRecords, 'get'>;
  readonly layers: Pick<LayerRecords, 'unowned' | 'removeUnowned'>;
  readonly leases: Pick<Leases, 'hasBlob'>;
  readonly content: Pick<ContentStore, 'list' | 'remove'>;
  readonly partials: Pick<PartialBlobs, 'collect'>;
  readonly snapshots: Pick<Snapshotter, 'layersInUse' | 'removeLayer'>;
  /** Forgets how the archive of a layer was made. */
  readonly removeRecipe: (diffId: Digest) => void;
  readonly logger: Logger;
}

/** Layers taken in one turn of the event loop: each costs a rename. */
const AT_ONCE = 32;

/**
 * Takes the layers that no image, lease or snapshot needs, the blobs that are no image's configuration and not leased, and what is too
 * old of broken downloads. It may run at any time beside pulls, builds and removals: each thing is looked at again and taken in one turn of the
 * event loop.
 */
export class GarbageCollector {
  readonly #dependencies: GarbageDependencies;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(dependencies: GarbageDependencies) {
    this.#dependencies = dependencies;
  }

  /** Resolves when all that was garbage at the call is out of sight; files are deleted in the background. One round runs at a time. Never rejects. */
  collect(): Promise<void> {
    if (this.#running === null) return this.#start();
    // The round that runs may have looked already at what is garbage only now.
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.#start();
    });
    return this.#next;
  }

  /** Layers that nobody needs now. */
  unowned(): ReadonlySet<Digest> {
    const { layers, snapshots } = this.#dependencies;
    const unowned = layers.unowned();
    if (unowned.length === 0) return new Set();
    const inUse = snapshots.layersInUse();
    return new Set(unowned.filter((diffId) => !inUse.has(hexOf(diffId))));
  }

  #start(): Promise<void> {
    this.#running = this.#round()
      .catch((error: unknown) => this.#dependencies.logger.warn('what nobody needs could not be collected', { reason: messageOf(error) }))
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  async #round(): Promise<void> {
    const { images, leases, content, layers, snapshots, partials } = this.#dependencies;
    partials.collect();
    for (const { digest } of content.list()) {
      if (images.get(digest) === undefined && !leases.hasBlob(digest)) content.remove(digest);
    }
    const unowned = layers.unowned();
    for (let begin = 0; begin < unowned.length; begin += AT_ONCE) {
      if (begin > 0) await setImmediate();
      const inUse = snapshots.layersInUse();
      for (const diffId of unowned.slice(begin, begin + AT_ONCE)) if (!inUse.has(hexOf(diffId))) this.#take(diffId);
    }
  }

  #take(diffId: Digest): void {
    const { layers, snapshots, removeRecipe, logger } = this.#dependencies;
    if (!layers.removeUnowned(diffId)) return;
    removeRecipe(diffId);
    snapshots.removeLayer(hexOf(diffId)).catch((error: unknown) => {
      logger.warn('a layer could not be removed', { layer: diffId, reason: messageOf(error) });
    });
  }
}
