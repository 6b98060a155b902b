import type { Settings } from '../ipc/contract/settings.ts';
import type { Release, UpdateFailure, UpdateState, UpdateWay } from '../ipc/contract/updates.ts';
import { ShellError } from '../ipc/failure.ts';
import type { UpdateMemory, UpdateMemoryFile } from './memory.ts';
import { type ReleaseSource, UpdateError } from './release-source.ts';

const MINUTE = 60_000;
/** After a start, so that it takes nothing from it. */
const FIRST = MINUTE / 4;
const INTERVAL = 6 * 60 * MINUTE;
/** A start within this time of the last answer does not ask again. */
const FRESH = 30 * MINUTE;
const LATER = 3 * 24 * 60 * MINUTE;
const PROGRESS_MS = 200;

export interface UpdatesOptions {
  readonly way: UpdateWay;
  /** Of this app. */
  readonly version: string;
  /** Called once, when it is first needed. */
  readonly source: () => Promise<ReleaseSource>;
  readonly memory: UpdateMemoryFile;
  readonly settings: () => Pick<Settings, 'updateCheck' | 'updateDownload' | 'updateChannel'>;
  /** A release that the user was not told of, found without being asked for. */
  readonly onFound: (release: Release) => void;
  readonly now?: () => number;
  readonly random?: () => number;
}

type Changing = Pick<UpdateState, 'phase' | 'release' | 'received' | 'rate' | 'failure'>;
const IDLE: Changing = { phase: 'idle', release: null, received: 0, rate: 0, failure: null };

/** Looks for newer versions of the app, fetches one where that is wanted, and begins it only when it is asked to. */
export class Updates implements Disposable {
  readonly #options: UpdatesOptions;
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #listeners = new Set<() => void>();
  #memory: UpdateMemory;
  #source: Promise<ReleaseSource> | null = null;
  #changing = IDLE;
  #timer: NodeJS.Timeout | null = null;
  #fetching: AbortController | null = null;
  #channel: Settings['updateChannel'] | null = null;
  #toldAt = 0;

  private constructor(options: UpdatesOptions, memory: UpdateMemory) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#random = options.random ?? Math.random;
    this.#memory = memory;
  }

  static async open(options: UpdatesOptions): Promise<Updates> {
    return new Updates(options, await options.memory.read());
  }

  get state(): UpdateState {
    const { way, version } = this.#options;
    const { checkedAt, skipped, quietUntil } = this.#memory;
    const isSkipped = this.#changing.release?.version === skipped;
    return { way, version, checkedAt, ...this.#changing, isSkipped, isQuiet: isSkipped || this.#now() < quietUntil };
  }

  /** Told of each change; returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Begins to look as the settings say, which count from here on and again with each call. */
  apply(): void {
    const { updateCheck, updateChannel } = this.#options.settings();
    const isOther = this.#channel !== null && this.#channel !== updateChannel;
    this.#channel = updateChannel;
    if (isOther) {
      // What was found is not what the other channel has.
      this.cancel();
      this.#set(IDLE);
    }
    if (this.#options.way !== 'self' || !updateCheck) return this.#plan(null);
    if (isOther) return this.#plan(0);
    if (this.#timer) return;
    const age = this.#now() - this.#memory.checkedAt;
    this.#plan(FIRST + (age >= 0 && age < FRESH ? FRESH - age : 0));
  }

  /** Asks now. What fails is in the state. @throws ShellError where this copy cannot update itself */
  async check(isByHand = true): Promise<void> {
    if (this.#options.way !== 'self') throw new ShellError('This copy of Slipway does not update itself.', 501);
    const before = this.#changing;
    if (before.phase !== 'idle' && before.phase !== 'available') return;
    const { updateChannel, updateDownload } = this.#options.settings();
    this.#set({ phase: 'checking', failure: null });
    let release: Release | null;
    try {
      release = await (await this.#load()).check(updateChannel);
    } catch (error) {
      return this.#set({ phase: before.release ? 'available' : 'idle', failure: failureOf(error) });
    }
    this.#remember({ checkedAt: this.#now() });
    this.#set({ ...IDLE, phase: release ? 'available' : 'idle', release });
    if (!release || this.state.isSkipped) return;
    const isNew = this.#memory.told !== release.version;
    this.#remember({ told: release.version });
    if (!isByHand && isNew) this.#options.onFound(release);
    if (!isByHand && updateDownload) await this.download();
  }

  /** Fetches what was found; does nothing without. Settles when it is here, or is not to come. */
  async download(): Promise<void> {
    const { phase, release } = this.#changing;
    if (phase !== 'available' || !release) return;
    const fetching = new AbortController();
    this.#fetching = fetching;
    this.#set({ phase: 'downloading', received: 0, rate: 0, failure: null });
    const { signal } = fetching;
    try {
      const source = await this.#load();
      await source.download(({ received, total, rate }) => {
        if (signal.aborted || this.#now() - this.#toldAt < PROGRESS_MS) return;
        this.#set({ received, rate, release: { ...release, size: total || release.size } });
      }, signal);
      if (!signal.aborted) this.#set({ phase: 'ready', received: release.size, rate: 0 });
    } catch (error) {
      if (!signal.aborted) this.#set({ phase: 'available', received: 0, rate: 0, failure: failureOf(error) });
    } finally {
      if (this.#fetching === fetching) this.#fetching = null;
    }
  }

  /** Gives up fetching. Idempotent. */
  cancel(): void {
    if (!this.#fetching) return;
    this.#fetching.abort();
    this.#fetching = null;
    this.#set({ phase: 'available', received: 0, rate: 0 });
  }

  /** Begins the release that is ready in the place of this app. @throws ShellError when none is */
  async install(): Promise<void> {
    if (this.#changing.phase !== 'ready') throw new ShellError('No update is ready to begin.', 409);
    try {
      await (await this.#load()).install();
    } catch (error) {
      this.#set({ failure: failureOf(error) });
    }
  }

  /** No word of this release any more. */
  skip(): void {
    const { release } = this.#changing;
    if (!release) return;
    this.cancel();
    this.#remember({ skipped: release.version });
    this.#tell();
  }

  unskip(): void {
    this.#remember({ skipped: '', quietUntil: 0 });
    this.#tell();
  }

  /** No word for three days. */
  later(): void {
    this.#remember({ quietUntil: this.#now() + LATER });
    this.#tell();
  }

  [Symbol.dispose](): void {
    this.#plan(null);
    this.cancel();
    this.#listeners.clear();
  }

  /** Null: not at all. Spread by a tenth, so that not all copies ask at once. */
  #plan(delay: number | null): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (delay === null) return;
    const look = () => {
      void this.check(false);
      this.#plan(INTERVAL);
    };
    this.#timer = setTimeout(look, delay * (0.9 + 0.2 * this.#random()));
    this.#timer.unref();
  }

  #load(): Promise<ReleaseSource> {
    this.#source ??= this.#options.source();
    return this.#source;
  }

  #remember(part: Partial<UpdateMemory>): void {
    this.#memory = { ...this.#memory, ...part };
    void this.#options.memory.write(this.#memory);
  }

  #set(part: Partial<Changing>): void {
    this.#changing = { ...this.#changing, ...part };
    this.#tell();
  }

  #tell(): void {
    this.#toldAt = this.#now();
    for (const listener of this.#listeners) listener();
  }
}

const failureOf = (error: unknown): UpdateFailure => ({
  kind: error instanceof UpdateError ? error.kind : 'other',
  detail: error instanceof Error ? error.message : String(error),
});
