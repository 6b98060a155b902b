import { z } from 'zod';
import type { Registries } from '../credentials/registries.ts';
import type { EngineRuns } from '../engine/engine-runs.ts';
import type { EngineClient } from '../engine/http-client.ts';
import type { Settings } from '../ipc/contract/settings.ts';
import type { ImageCheckFile, ImageCheckMemory } from './image-check-file.ts';
import { type RemoteDigest, remoteDigests } from './remote-digests.ts';

const HOUR = 3_600_000;
const INTERVALS: Readonly<Record<Settings['imageChecks'], number>> = {
  never: Number.POSITIVE_INFINITY,
  'six-hours': 6 * HOUR,
  daily: 24 * HOUR,
  weekly: 7 * 24 * HOUR,
};
/** A start of the app has better things to do first. */
const SOONEST_MS = 8000;
/** So that many machines do not ask at once: a tenth of the interval, and this much at the least. */
const JITTER = 0.1;
const JITTER_MS = 8000;
/** After a look that did not come to its end. */
const LATER_MS = 10 * 60_000;

const imagesSchema = z.array(z.looseObject({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), RepoDigests: z.array(z.string()).nullish() }));

/** An image of which its registry has a newer one. */
export interface OutdatedImage {
  readonly id: string;
  readonly name: string;
}

export interface ImageChecksOptions {
  readonly engine: EngineClient;
  readonly registries: Pick<Registries, 'headersFor'>;
  readonly memory: ImageCheckFile;
  readonly settings: () => Pick<Settings, 'imageChecks'>;
  readonly onEngine: EngineRuns;
  /** What the user was not told of yet, found without being asked for. */
  readonly onFound: (images: readonly OutdatedImage[]) => void;
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/**
 * Asks registries for newer images by itself, at the interval of the settings, with or without a window; one timer, and none while the engine is
 * down. Nobody is asked for a password, and nothing is said of names that could not be asked about.
 */
export class ImageChecks implements Disposable {
  readonly #options: ImageChecksOptions;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;
  #memory: ImageCheckMemory;
  #asked = 0;
  /** By name, which question was last answered: an older one's answer may come after it. */
  readonly #answered = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #runs = false;
  #ended = false;

  private constructor(options: ImageChecksOptions, memory: ImageCheckMemory) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#memory = memory;
    this.#stop = options.onEngine((runs) => {
      this.#runs = runs;
      this.apply();
    });
  }

  static async open(options: ImageChecksOptions): Promise<ImageChecks> {
    return new ImageChecks(options, await options.memory.read());
  }

  /** What names stood for in their registries when they were last asked. */
  get remote(): ReadonlyMap<string, string> {
    return this.#memory.remote;
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Plans the next look as the settings say, which count from here on and again with each call. */
  apply(soonest = SOONEST_MS): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const interval = INTERVALS[this.#options.settings().imageChecks];
    if (this.#ended || !this.#runs || !Number.isFinite(interval)) return;
    const random = (this.#options.random ?? Math.random)();
    const due = this.#memory.checkedAt + interval - this.#now();
    this.#timer = setTimeout(() => void this.#check(), due > soonest ? due + random * JITTER * interval : soonest + random * JITTER_MS);
    this.#timer.unref();
  }

  /** Asks now, and remembers what is said. Never rejects: each name has its own failure. */
  async ask(names: readonly string[], quiet = false): Promise<readonly RemoteDigest[]> {
    const question = ++this.#asked;
    const results = await remoteDigests(this.#options.engine, this.#options.registries, names, quiet);
    // What is known of a name is not forgotten because nobody was there to be asked.
    const said = results.filter(({ name, failure }) => !failure && (this.#answered.get(name) ?? 0) < question);
    if (said.length === 0) return results;
    const remote = new Map(this.#memory.remote);
    for (const { name, digest } of said) {
      // The newest are at the end, where they are kept longest.
      this.#answered.set(name, question);
      remote.delete(name);
      remote.set(name, digest);
    }
    this.#remember({ remote });
    for (const listener of this.#listeners) listener();
    return results;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#stop();
    this.#listeners.clear();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    try {
      const before = await this.#images();
      const names = [...new Set(before.flatMap(({ names: own }) => own))];
      if (names.length > 0) await this.ask(names, true);
      // One that was pulled meanwhile is not outdated any more.
      const after = names.length > 0 ? await this.#images() : [];
      if (this.#ended) return;
      this.#remember({ checkedAt: this.#now() });
      this.#tell(after);
      this.apply();
    } catch (error) {
      console.error('newer images were not looked for:', error);
      this.apply(LATER_MS);
    }
  }

  #tell(images: readonly Image[]): void {
    const outdated = images.flatMap(({ id, names, digests }) => names.filter((name) => isOutdated(name, digests, this.remote)).map((name) => ({ id, name })));
    const fresh = outdated.filter(({ name }) => this.#memory.told.get(name) !== this.remote.get(name));
    if (fresh.length === 0) return;
    this.#remember({ told: new Map([...this.#memory.told, ...fresh.map(({ name }) => [name, this.remote.get(name) ?? ''] as const)]) });
    this.#options.onFound(fresh);
  }

  /** With the names that came from a registry: those of others say nothing there. */
  async #images(): Promise<readonly Image[]> {
    return imagesSchema.parse(await this.#options.engine.json('GET', '/images/json')).map(({ Id, RepoTags, RepoDigests }) => {
      const digests = RepoDigests ?? [];
      return { id: Id, digests, names: (RepoTags ?? []).filter((tag) => digests.some((digest) => digest.startsWith(`${repositoryOf(tag)}@`))) };
    });
  }

  #remember(change: Partial<ImageCheckMemory>): void {
    this.#memory = { ...this.#memory, ...change };
    this.#options.memory.write(this.#memory);
  }
}

interface Image {
  readonly id: string;
  readonly names: readonly string[];
  readonly digests: readonly string[];
}

function isOutdated(name: string, digests: readonly string[], remote: ReadonlyMap<string, string>): boolean {
  const digest = remote.get(name) ?? '';
  return digest !== '' && !digests.includes(`${repositoryOf(name)}@${digest}`);
}

function repositoryOf(name: string): string {
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon < 0 ? name : name.slice(0, colon);
}
