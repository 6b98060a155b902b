import { posix } from 'node:path';
import type { Platform } from '../../formats/platform.ts';
import type { Input } from '../graph.ts';
import type { HistoryEntry, PlannedHistory, ResolvedBase, RunConfig } from './plan.ts';

/** What BuildKit adds where an image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** A stage while its instructions are gone through. */
export class StageState {
  root: Input;
  platform: Platform;
  config: RunConfig;
  author: string | undefined;
  /** What commands and expansions see: the image's variables and the build arguments so far; the later one of a name wins. */
  readonly env: Map<string, string>;
  /** Build arguments declared so far, as the history of a RUN tells them; undefined: no value. */
  readonly args: Map<string, string | undefined>;
  readonly history: PlannedHistory[];
  readonly baseHistory: readonly HistoryEntry[];
  readonly baseLayers: number;
  /** CMD stands in this stage, so ENTRYPOINT does not take it away. */
  hasCommand = false;

  private constructor(from: Pick<StageState, 'root' | 'platform' | 'config' | 'author' | 'env' | 'args' | 'history' | 'baseHistory' | 'baseLayers'>) {
    this.root = from.root;
    this.platform = from.platform;
    this.config = { ...from.config };
    this.author = from.author;
    this.env = new Map(from.env);
    this.args = new Map(from.args);
    this.history = [...from.history];
    this.baseHistory = from.baseHistory;
    this.baseLayers = from.baseLayers;
    if (!(this.config.Env ?? []).some((entry) => entry.startsWith('PATH='))) this.config.Env = [...(this.config.Env ?? []), `PATH=${DEFAULT_PATH}`];
    // Build arguments of a parent stage stay known, but its variables go before them.
    for (const entry of this.config.Env ?? []) {
      const equals = entry.indexOf('=');
      if (equals > 0) this.setVariable(entry.slice(0, equals), entry.slice(equals + 1));
    }
  }

  /** On an image, or on files that are none. */
  static of(root: Input, platform: Platform, base: ResolvedBase | undefined): StageState {
    const { config, layers = [] } = base ?? {};
    // An image without a history gets one: each step is told by its place from now on.
    const baseHistory = config?.history ?? layers.map((): HistoryEntry => ({ created: config?.created }));
    return new StageState({
      root,
      platform,
      config: config?.config ?? (base === undefined ? { WorkingDir: '/' } : {}),
      author: config?.author ?? undefined,
      env: new Map(),
      args: new Map(),
      history: [],
      baseHistory,
      baseLayers: layers.length,
    });
  }

  /** On an earlier stage as it ended. */
  static on(parent: StageState): StageState {
    return new StageState({ ...parent, args: new Map([...parent.args].filter(([, value]) => value !== undefined)) });
  }

  readonly lookup = (name: string): string | undefined => this.env.get(name);

  setVariable(key: string, value: string): void {
    this.env.set(key, value);
  }

  record(createdBy: string, vertex: number | null = null): void {
    this.history.push({ createdBy, vertex });
  }

  get workingDirectory(): string {
    return posix.resolve('/', this.config.WorkingDir || '/');
  }

  /** A path of the instruction, absolute; a slash at its end stays, as does what means a directory. */
  absolute(path: string): string {
    const whole = posix.resolve(this.workingDirectory, path);
    return /(?:^|\/)\.?$/.test(path) && whole !== '/' ? `${whole}/` : whole;
  }

  /** A line for the stage's shell. */
  shell(line: string): string[] {
    const shell = this.config.Shell ?? [];
    return [...(shell.length > 0 ? shell : DEFAULT_SHELL), line];
  }
}
