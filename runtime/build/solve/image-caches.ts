import { z } from 'zod';
import type { Digest } from '../../base/digest.ts';
import { isKind } from '../../base/errors.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import type { ImageCatalog } from '../../image/catalog.ts';
import type { CacheLink } from './solver.ts';
import type { Step } from './step-key.ts';

/** Of an image's configuration. */
const FIELD = 'slipway.build-cache.v1';
const inlineSchema = z.array(z.object({ key: z.string().max(80), layers: z.number().int().positive() })).max(1000);

/** The configuration with what `--cache-from` needs of the steps that its layers come from (`BUILDKIT_INLINE_CACHE=1`). */
export function withInlineCache(config: ImageConfig, links: readonly CacheLink[]): ImageConfig {
  return { ...config, [FIELD]: links };
}

/** What one build may take over from images. */
export interface ImageCache {
  /** All layers of the step's result; they are here, and begin with those of `base`. */
  find(key: Digest, step: Step, base: readonly Digest[]): readonly Digest[] | undefined;
}

interface Source {
  readonly config: ImageConfig;
  readonly layers: readonly Digest[];
  readonly links: ReadonlyMap<string, number>;
}

/**
 * Results of steps that images carry. An image says of itself what its layers are, so it counts for builds that name it and for no other,
 * and it never becomes a record of the cache.
 */
export class ImageCaches {
  readonly #catalog: Pick<ImageCatalog, 'find' | 'configOf' | 'layers'>;

  constructor(catalog: Pick<ImageCatalog, 'find' | 'configOf' | 'layers'>) {
    this.#catalog = catalog;
  }

  open(names: readonly string[]): ImageCache {
    const sources = names.flatMap((name) => this.#source(name) ?? []);
    return {
      find: (key, step, base) => {
        for (const source of sources) {
          if (!base.every((layer, index) => source.layers[index] === layer)) continue;
          const count = source.links.get(key) ?? (matchesHistory(source, step, base.length) ? base.length + 1 : undefined);
          if (count === undefined || count < base.length || count > source.layers.length) continue;
          const layers = source.layers.slice(0, count);
          if (layers.every((layer) => this.#catalog.layers.get(layer) !== undefined)) return layers;
        }
        return undefined;
      },
    };
  }

  #source(name: string): Source | undefined {
    try {
      const config = this.#catalog.configOf(this.#catalog.find(name).id);
      const inline = inlineSchema.safeParse(config[FIELD]);
      const links = inline.success ? inline.data : [];
      return { config, layers: config.rootfs.diff_ids as Digest[], links: new Map(links.map(({ key, layers }) => [key, layers])) };
    } catch (error) {
      if (isKind(error, 'NotFound', 'InvalidArgument')) return undefined;
      throw error;
    }
  }
}

/**
 * The classic builder's rule: the layer above was made by the same command. An image tells the settings of its last step alone, so that
 * user, directory and variables have to be the same there; copied files are told by no image.
 */
function matchesHistory({ config, layers }: Source, step: Step, above: number): boolean {
  if (step.kind !== 'run' || step.mounts.length > 0 || step.stdin !== undefined || layers.length <= above) return false;
  const made = (config.history ?? []).filter(({ empty_layer }) => empty_layer !== true);
  if (made.length !== layers.length) return false;
  const createdBy = (made[above]?.created_by ?? '').replace(/^RUN /, '').replace(/ # buildkit$/, '');
  const command = step.argv.join(' ');
  // `|2 A=1 B=2 /bin/sh -c make`: with the build arguments that it was given.
  const values = createdBy.slice(0, -command.length);
  if (!createdBy.endsWith(command) || (values !== '' && !values.startsWith('|'))) return false;
  const settings = config.config ?? {};
  const known = new Set([...(settings.Env ?? []), ...step.uncachedEnv]);
  const given = step.env.filter((entry) => !known.has(entry));
  if (given.some((entry) => !` ${values} `.includes(` ${entry} `))) return false;
  return (settings.User ?? '') === step.user && (settings.WorkingDir || '/') === (step.cwd || '/');
}
