import { EngineError } from '../base/errors.ts';
import type { MonitorHandle } from '../sys/launcher/launcher.ts';
import type { Attachment } from './attach/attachment.ts';
import type { Container, ContainerState } from './container-service.ts';
import type { StoredContainer } from './dependencies.ts';
import type { Exec } from './exec-table.ts';
import { ExitWaiters } from './exit-waiters.ts';

import { RootUses } from './files/root-uses.ts';

import type { StorageMount } from './launch/storage.ts';
import { Serial } from './serial.ts';
import { isLive } from './state.ts';

/** A container and what the engine holds for it. The view is immutable and replaced; only `ContainerEngine.change` does that. */
export class Entity {
  readonly id: string;
  container: Container;
  /** Present while it runs. */
  monitor: MonitorHandle | null = null;
  /** Gives up the launch that goes on at the moment. */
  launching: AbortController | null = null;
  /** Launches since the engine started: tells whether a newer run has taken the run directory over. */
  runs = 0;
  /** Verbs that change what runs go one after another; signals do not wait. */
  readonly serial = new Serial();
  /** Who reads or writes its files from outside. */
  readonly roots = new RootUses();
  readonly waiters = new ExitWaiters();
  /** Clients that attached before the start. */
  readonly pending = new Set<Attachment>();
  readonly execs = new Map<string, Exec>();
  /** Removal of what the last run left in the kernel; the next start waits for it. */
  teardown: Promise<void> = Promise.resolve();
  /** Starts during which it stands still, see launch/hold-tracers.ts. */
  holds = 0;
  /** The user ended it: no restart policy brings it back. */
  isStopRequested = false;
  /** Ends what follows the log. */
  readonly logFollowers = new Set<() => void>();
  isOomAnnounced = false;
  /** When this engine began to watch the present run, in milliseconds of performance.now(). */
  watchedSince = 0;
  /** Present while it is probed. */
  healthWatch: { end(): void } | null = null;
  restartTimer: NodeJS.Timeout | null = null;
  /** Failures in a row, for the restart back-off. */
  quickExits = 0;

  /** Of a build's step: what it has mounted and set besides what its configuration says. It is in no record. */
  step: { readonly mounts: readonly StorageMount[]; readonly env: readonly string[] } | null = null;

  constructor(container: Container) {
    this.id = container.id;
    this.container = container;
  }

  get name(): string {
    return this.container.name;
  }

  get state(): ContainerState {
    return this.container.state;
  }

  get stored(): StoredContainer {
    return { container: this.container, isStopRequested: this.isStopRequested };
  }

  get isLive(): boolean {
    return isLive(this.container.state.status);
  }

  /** The monitor of a running container. Throws Conflict `Container <id> is not running`. */
  running(): MonitorHandle {
    if (this.monitor === null || !this.isLive) throw new EngineError('Conflict', `Container ${this.id} is not running`);
    return this.monitor;
  }
}
