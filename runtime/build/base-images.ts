import { EngineError, isKind } from '../base/errors.ts';
import { formatPlatform, type Platform, runsOn } from '../formats/platform.ts';
import { familiarString, formatReference, parseReference, type Reference, withDefaultTag } from '../formats/reference.ts';
import type { ImageService, LoadProgress } from '../image/image-service.ts';
import type { Leases } from '../store/leases.ts';
import type { BuildEvent } from './build-events.ts';
import type { BuildRequest } from './build-service.ts';
import type { LayoutContext } from './layout-contexts.ts';
import type { BaseResolver, ResolvedBase } from './plan/plan.ts';

export interface BaseOptions {
  /** Owner of the leases on what is found. */
  readonly owner: string;
  readonly request: Pick<BuildRequest, 'pull' | 'credentials'>;
  /** By what the plan calls them. */
  readonly layouts: ReadonlyMap<string, LayoutContext>;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BuildEvent) => void | Promise<void>;
}

/** Pulls of one base before it is taken for one that cannot be kept. */
const ATTEMPTS = 3;

/** Images of one build: those that are here, of a registry, or of a layout that its client has sent. */
export class BaseImages implements BaseResolver {
  readonly #images: Pick<ImageService, 'inspect' | 'pull' | 'fromLayout'>;
  readonly #leases: Pick<Leases, 'add'>;
  readonly #options: BaseOptions;

  constructor(images: Pick<ImageService, 'inspect' | 'pull' | 'fromLayout'>, leases: Pick<Leases, 'add'>, options: BaseOptions) {
    this.#images = images;
    this.#leases = leases;
    this.#options = options;
  }

  async resolve(name: string, platform: Platform): Promise<ResolvedBase> {
    const { request, layouts, signal, onEvent } = this.#options;
    const layout = layouts.get(name);
    if (layout !== undefined) return this.#fromLayout(layout, platform);
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

  async #fromLayout({ directory, choice, address }: LayoutContext, platform: Platform): Promise<ResolvedBase> {
    const { owner, signal, onEvent } = this.#options;
    const onProgress = ({ id, phase, current, total }: LoadProgress): void => {
      const status = phase === 'done' ? 'Loaded' : 'Loading layer';
      void onEvent({ type: 'pull', reference: address, progress: { id, status, current, ...(total === undefined ? {} : { total }) } });
    };
    try {
      return await this.#images.fromLayout(directory, { choice, platform, owner, signal, onProgress });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof EngineError)) throw error;
      throw notResolved(address, address, error);
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
