import { WorkerPool } from '../layers/worker-pool.ts';
import type { ExploredLayer, ExplorerJob, ImageLayersSummary, ListedDirectory, ListOptions } from './explorer-types.ts';

/** Somebody reads what is shown before the next click. */
const IDLE_MS = 60_000;

/** Looks into layers by their recipes, in a thread that keeps the last images while they are looked at. */
export class LayerExplorer implements AsyncDisposable {
  readonly #pool = new WorkerPool<ExplorerJob, ImageLayersSummary | ListedDirectory>(new URL('./explorer-worker.ts', import.meta.url), 1, IDLE_MS);

  /** What each layer of an image did and what is wasted. TooLarge for more than half a million files. */
  async summary(image: string, layers: readonly ExploredLayer[]): Promise<ImageLayersSummary> {
    return (await this.#pool.run({ kind: 'summary', image, layers })) as ImageLayersSummary;
  }

  /** A directory after one of the layers. NotFound, InvalidArgument for a path that is no directory. */
  async list(image: string, layers: readonly ExploredLayer[], options: ListOptions): Promise<ListedDirectory> {
    return (await this.#pool.run({ kind: 'list', image, layers, ...options })) as ListedDirectory;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]();
  }
}
