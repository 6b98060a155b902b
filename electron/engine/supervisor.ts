import { ShellError } from '../ipc/failure.ts';

export interface EngineState {
  readonly state: 'starting' | 'running' | 'stopped' | 'failed';
  /** A sentence for people; empty when running. */
  readonly reason: string;
  readonly version: string;
}

/** `gone`: no socket is left, as after an orderly stop; `dead`: a socket that nobody serves, as after a crash. */
export type Probe =
  | { readonly kind: 'answers'; readonly version: string }
  | { readonly kind: 'gone' | 'dead' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface EngineProcess {
  /** Settles with the last words of its log when the process ends. */
  readonly exited: Promise<string>;
  /** Asks it to stop in order. */
  terminate(): void;
}

/** What the supervisor does to the world. */
export interface EngineHost {
  probe(): Promise<Probe>;
  /** Whether this user may start one: freely, by a password, or not and why. */
  permission(): { readonly kind: 'free' | 'asks' } | { readonly kind: 'none'; readonly reason: string };
  spawn(): EngineProcess;
  /** Holds a connection and calls `onEnd` once when it ends. */
  watch(onEnd: () => void): Disposable;
  /** Calls `onSign` whenever something happens to the socket's file, at no cost while nothing does. */
  signs(onSign: () => void): Disposable;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds, steady. */
  now(): number;
}

/** All in milliseconds. */
export const TIMES = {
  pollEvery: 50,
  startWithin: 20_000,
  passwordWithin: 120_000,
  backOff: [250, 1000, 3000, 10_000],
  settledAfter: 60_000,
  stopWithin: 6000,
  foundWithin: 5000,
} as const;

/**
 * Finds or starts the engine, and knows how it is. An engine that was stopped in order stays stopped until someone
 * asks; one that crashed is started again, with growing pauses, up to a cap. One that somebody else starts meanwhile, as
 * its service does after an upgrade, is found by its socket. The engine is never stopped by dispose: it outlives the window.
 */
export class Supervisor implements Disposable {
  readonly #host: EngineHost;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #abort = new AbortController();
  #state: EngineState = { state: 'starting', reason: 'Looking for the engine.', version: '' };
  #watch: Disposable | null = null;
  #lookout: Disposable | null = null;
  #process: EngineProcess | null = null;
  #underWay: Promise<void> | null = null;
  #crashes = 0;
  #runningSince = 0;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Calls `listener` at each change. Returns its undo. */
  subscribe(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Finds a running engine or starts one; settles when the outcome is known. Never rejects. */
  start(): Promise<void> {
    return this.#once(() => this.#bringUp(false));
  }

  /** As a person asks for it: stops the engine if it is running and this program started it, then starts it. @throws ShellError */
  async restart(): Promise<void> {
    if (this.#state.state === 'running') {
      if (!this.#process) throw new ShellError('This engine was not started by this app; restart it where it was started.', 409);
      const { exited } = this.#process;
      this.#dropWatch();
      this.#process.terminate();
      await Promise.race([exited, this.#host.sleep(TIMES.stopWithin, this.#abort.signal)]);
    }
    this.#crashes = 0;
    await this.#once(() => this.#bringUp(true));
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
    this.#dropWatch();
    this.#endLookout();
    this.#listeners.clear();
  }

  #once(work: () => Promise<void>): Promise<void> {
    this.#underWay ??= work()
      .catch((error: unknown) => {
        if (!this.#abort.signal.aborted) this.#set('failed', `The engine could not be started: ${(error as Error).message}`);
      })
      .finally(() => {
        this.#underWay = null;
      });
    return this.#underWay;
  }

  /** A password is asked for only when a person has asked for the engine: nobody is met by such a window unawares. */
  async #bringUp(asked: boolean): Promise<void> {
    this.#set('starting', 'Looking for the engine.');
    const found = await this.#host.probe();
    if (found.kind === 'answers') return this.#isRunning(found.version);
    if (found.kind === 'refused') return this.#set('failed', found.reason);
    const permission = this.#host.permission();
    if (permission.kind === 'none') return this.#set('failed', permission.reason);
    if (permission.kind === 'asks' && !asked) return this.#set('stopped', 'The engine is not running. Starting it asks for an administrator’s password.');
    this.#set('starting', permission.kind === 'asks' ? 'Waiting for the password.' : 'Starting the engine.');
    await this.#spawn(permission.kind === 'asks' ? TIMES.passwordWithin : TIMES.startWithin);
  }

  async #spawn(within: number): Promise<void> {
    const child = this.#host.spawn();
    this.#process = child;
    const ended: { words: string | null } = { words: null };
    void child.exited.then((words) => {
      ended.words = words;
      if (this.#process === child) this.#process = null;
    });
    for (const until = this.#host.now() + within; this.#host.now() < until; ) {
      await this.#host.sleep(TIMES.pollEvery, this.#abort.signal);
      const found = await this.#host.probe();
      if (found.kind === 'answers') return this.#isRunning(found.version);
      if (ended.words !== null)
        return this.#set('failed', ended.words === '' ? 'The engine ended at its start.' : `The engine ended at its start: ${ended.words}`);
    }
    this.#set('failed', `The engine does not answer ${within / 1000} s after its start.`);
  }

  #isRunning(version: string): void {
    this.#runningSince = this.#host.now();
    this.#dropWatch();
    this.#watch = this.#host.watch(() => {
      this.#dropWatch();
      void this.#once(() => this.#lost());
    });
    this.#set('running', '', version);
  }

  /** The held connection ended: the engine dropped it, was stopped, or crashed. */
  async #lost(): Promise<void> {
    const lived = this.#host.now() - this.#runningSince;
    const found = await this.#host.probe();
    if (found.kind === 'answers') {
      await this.#host.sleep(TIMES.pollEvery, this.#abort.signal);
      return this.#isRunning(found.version);
    }
    if (found.kind === 'refused') return this.#set('failed', found.reason);
    if (found.kind === 'gone') return this.#set('stopped', 'The engine was stopped. Containers keep running.');
    this.#crashes = lived > TIMES.settledAfter ? 1 : this.#crashes + 1;
    const pause = TIMES.backOff[this.#crashes - 1];
    if (pause === undefined) return this.#set('failed', `The engine ended unexpectedly ${this.#crashes} times in a row.`);
    this.#set('starting', 'The engine ended unexpectedly; starting it again.');
    await this.#host.sleep(pause, this.#abort.signal);
    await this.#bringUp(false);
  }

  #dropWatch(): void {
    const watch = this.#watch;
    this.#watch = null;
    watch?.[Symbol.dispose]();
  }

  /** Until the state is another: each sign has the socket looked at, until it answers or is gone. */
  #lookOut(): void {
    const abort = new AbortController();
    const { signal } = abort;
    let signs = 0;
    let looking = false;
    const look = async (): Promise<void> => {
      looking = true;
      for (let seen = 0; seen < signs; ) {
        seen = signs;
        for (const until = this.#host.now() + TIMES.foundWithin; this.#host.now() < until; ) {
          const found = await this.#host.probe();
          if (signal.aborted || found.kind === 'gone') break;
          if (found.kind === 'answers') return this.#isRunning(found.version);
          await this.#host.sleep(TIMES.pollEvery, signal);
        }
      }
      looking = false;
    };
    const watch = this.#host.signs(() => {
      signs++;
      // Nothing but its end breaks it off.
      if (!looking) look().catch(() => undefined);
    });
    this.#lookout = {
      [Symbol.dispose]: () => {
        abort.abort();
        watch[Symbol.dispose]();
      },
    };
  }

  #endLookout(): void {
    this.#lookout?.[Symbol.dispose]();
    this.#lookout = null;
  }

  #set(state: EngineState['state'], reason: string, version = ''): void {
    if (this.#abort.signal.aborted) return;
    this.#endLookout();
    this.#state = { state, reason, version };
    if (state === 'stopped' || state === 'failed') this.#lookOut();
    for (const listener of this.#listeners) listener(this.#state);
  }
}
