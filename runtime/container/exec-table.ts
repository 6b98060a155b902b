import type { ExecProcess } from '../sys/launcher/launcher.ts';
import type { ExecConfig, ExecState } from './container-service.ts';

/** A note of a running exec beside its monitor, by which the next engine knows of it. */
export interface ExecNote {
  /** Writes it at once, unless it is there: the engine is about to end. */
  keep(): void;
  forget(): void;
}

/** One exec: created, then run once. */
export class Exec {
  readonly id: string;
  readonly containerId: string;
  readonly config: ExecConfig;
  process: ExecProcess | null = null;
  note: ExecNote | null = null;
  hasStarted = false;
  running = false;
  exitCode: number | null = null;
  pid = 0;
  /** Answers the exit code of one that another engine has begun, null while it runs. */
  askExit: (() => number | null) | null = null;

  constructor(id: string, containerId: string, config: ExecConfig) {
    this.id = id;
    this.containerId = containerId;
    this.config = config;
  }

  get state(): ExecState {
    if (this.running && this.askExit !== null) {
      this.exitCode = this.askExit();
      this.running = this.exitCode === null;
    }
    return { ...this.config, id: this.id, containerId: this.containerId, running: this.running, exitCode: this.exitCode, pid: this.pid };
  }
}

/** Ended ones stay to be inspected, but not without end. */
const KEPT_EXECS = 64;

/** Drops the oldest ended execs above the limit. */
export function pruneExecs(execs: Map<string, Exec>): void {
  let excess = execs.size - KEPT_EXECS;
  for (const [id, exec] of execs) {
    if (excess <= 0) return;
    if (exec.exitCode === null) continue;
    execs.delete(id);
    excess--;
  }
}
