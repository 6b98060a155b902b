import { closeSync, constants, openSync } from 'node:fs';
import { EngineError } from '../base/errors.ts';
import { type HeldRoot, RootFiles, type RootFilesOptions } from '../store/trees/root-files.ts';
import { O } from '../sys/constants.ts';
import type { Volume, VolumeService } from './volume-service.ts';

export interface VolumeFilesOptions {
  readonly volumes: Pick<VolumeService, 'create' | 'directoryOf' | 'get' | 'has' | 'hold' | 'remove' | 'settle'>;
  readonly trees: RootFilesOptions['trees'];
}

/**
 * The files of volumes, whether containers use them or not; a volume is not removed while something is done in it. Throws Unsupported for
 * a volume of a tmpfs.
 */
export class VolumeFiles extends RootFiles {
  readonly #volumes: VolumeFilesOptions['volumes'];

  constructor({ volumes, trees }: VolumeFilesOptions) {
    super({ trees, open: (name) => Promise.resolve(hold(volumes, name)) });
    this.#volumes = volumes;
  }

  /** A new volume with what the archive has. Conflict for a name that is taken; nothing is left after a failure. */
  async import(name: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Volume> {
    return await this.#filled(name, {}, (made) => this.extract(made, '/', archive, signal));
  }

  /** A new volume with the labels and files of another, which may be written to meanwhile. As `import` does. */
  async clone(name: string, to: string, signal: AbortSignal): Promise<Volume> {
    const { labels } = this.#volumes.get(name);
    return await this.#filled(to, labels, (made) => this.extract(made, '/', this.archive(name, '/', signal), signal));
  }

  async #filled(name: string, labels: Volume['labels'], fill: (name: string) => Promise<void>): Promise<Volume> {
    const volumes = this.#volumes;
    if (name === '') throw new EngineError('InvalidArgument', 'Name: a name for the new volume is required');
    if (volumes.has(name)) throw new EngineError('Conflict', `volume ${name} exists`);
    // An engine that dies before all is there leaves none of it to the next.
    const volume = volumes.create({ name, labels, madeFor: 'import' });
    try {
      await fill(name);
      volumes.settle(name);
    } catch (error) {
      volumes.remove(name, { force: true });
      throw error;
    }
    return volume;
  }
}

function hold(volumes: VolumeFilesOptions['volumes'], name: string): HeldRoot {
  using held = new DisposableStack();
  held.use(volumes.hold(name));
  const fd = openSync(volumes.directoryOf(name), O.PATH | constants.O_DIRECTORY);
  held.defer(() => closeSync(fd));
  const kept = held.move();
  return { fd, [Symbol.asyncDispose]: () => Promise.resolve(kept.dispose()) };
}
