import { EngineError, isKind } from '../base/errors.ts';
import { formatPlatform, type Platform, runsOn } from '../formats/platform.ts';
import { familiarString, formatReference, parseReference, type Reference, withDefaultTag } from '../formats/reference.ts';
import type { ImageService } from '../image/image-service.ts';
import type { Leases } from '../store/leases.ts';
import type { BuildEvent } from './build-events.ts';
import type { BuildRequest } from './build-service.ts';
import type { BaseResolver, ResolvedBase } from './plan/plan.ts';

export interface BaseOptions {
  /** Owner of the leases on what is found. */
  readonly owner: string;
  readonly request: Pick<BuildRequest, 'pull' | 'credentials'>;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BuildEvent) => void | Promise<void>;
}

/** Pulls of one base before it is taken for one that cannot be kept. */
const ATTEMPTS = 3;

/** Images of one build: those that are here, or of a registry. */
export class BaseImages implements BaseResolver {
  readonly #images: Pick<ImageService, 'inspect' | 'pull'>;
  readonly #leases: Pick<Leases, 'add'>;
  readonly #options: BaseOptions;

  constructor(images: Pick<ImageService, 'inspect' | 'pull'>, leases: Pick<Leases, 'add'>, options: BaseOptions) {
    this.#images = images;
    this.#leases = leases;
    this.#options = options;
  }

  async resolve(name: string, platform: Platform): Promise<ResolvedBase> {
    const { request, signal, onEvent } = this.#options;
    const reference = referenceOf(name);
    const here = request.pull && reference !== undefined ? undefined : this.#find(name, platform);
    if (here !== undefined) return here;
    if (reference === undefined) throw notResolved(name, name, new EngineError('NotFound', `${name}: not found`));
    const full = formatReference(reference);
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const { id } = await this.#images.pull(name, {
          signal,
          platform: formatPlatform(platform),
          credentials: request.credentials(reference.domain) ?? {},
          onProgress: (progress) => void onEvent({ type: 'pull', reference: familiarString(reference), progress }),
        });
        // By its id: another client may have moved the name meanwhile. One that has removed the image may not do so again.
        const pulled = this.#find(id);
        if (pulled !== undefined) return pulled;
      }
      throw new EngineError('NotFound', `${full}: not found`);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof EngineError)) throw error;
      throw notResolved(name, full, error);
    }
  }

  /** What is here for the platform, leased in the same turn. */
  #find(name: string, platform?: Platform): ResolvedBase | undefined {
    try {
      const { id, config, diffIds } = this.#images.inspect(name);
      const { os, architecture, variant } = config;
      if (platform !== undefined && !runsOn({ os, architecture, ...(variant ? { variant } : {}) }, platform)) return undefined;
      this.#leases.add(this.#options.owner, { layers: diffIds, blobs: [id] });
      return { id, config, layers: diffIds };
    } catch (error) {
      if (isKind(error, 'NotFound')) return undefined;
      throw error;
    }
  }
}

/** Undefined for an id. Throws InvalidArgument. */
function referenceOf(name: string): Reference | undefined {
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(name)) return undefined;
  try {
    return withDefaultTag(parseReference(name));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.kind, `failed to parse stage name ${JSON.stringify(name.slice(0, 200))}: ${error.message}`, { cause: error });
  }
}

/** BuildKit's words, which say "not found" for all that is nowhere. */
function notResolved(name: string, full: string, cause: EngineError): EngineError {
  const suffix = cause.kind === 'NotFound' && !cause.message.endsWith('not found') ? ': not found' : '';
  return new EngineError(cause.kind, `${name}: failed to resolve source metadata for ${full}: ${cause.message}${suffix}`, {
    cause,
    details: { ...cause.details },
  });
}
