import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname } from 'node:os';
import { messageOf } from '../base/errors.ts';
import type { Container, ContainerState, ContainerStatus } from './container-service.ts';
import type { ContainerDependencies } from './dependencies.ts';
import type { Entity } from './entity.ts';
import { thermalMasks } from './launch/hidden-paths.ts';
import { ImageUsers } from './launch/image-users.ts';
import { ContainerTable } from './lookup.ts';
import type { HostFacts } from './spec/spec.ts';
import { transition } from './state.ts';

type ChangeListener = (change: { readonly id: string; readonly container: Container | null }) => void;

/** How long a change may wait to be written: several in a row become one write, and none stands before an answer. */
export const WRITE_DELAY_MS = 20;

/** What all verbs share: the containers, their dependencies, and the one way to change a container. */
export class ContainerEngine {
  readonly deps: ContainerDependencies;
  readonly table = new ContainerTable<Entity>();
  /** Names of containers being made. */
  readonly reservedNames = new Map<string, string>();
  readonly host: HostFacts;
  readonly hostMasks: readonly string[];
  readonly imageUsers = new ImageUsers();
  /** Set when the engine itself is protected from the out-of-memory killer, which containers must not inherit. */
  readonly isOomProtected: boolean;
  readonly #listeners = new Set<ChangeListener>();
  readonly #unsaved = new Map<string, () => void>();
  #writeTimer: NodeJS.Timeout | null = null;

  constructor(deps: ContainerDependencies) {
    this.deps = deps;
    this.host = { hostname: hostname(), cpus: availableParallelism(), online: { cpus: onlineList('cpu'), memoryNodes: onlineList('node') } };
    this.hostMasks = thermalMasks(cpus().length, existsSync);
    this.isOomProtected = Number(readFileSync('/proc/self/oom_score_adj', 'latin1')) < 0;
  }

  /** Replaces parts of a container's view, tells the listeners, and has it written soon. `afterWrite` runs once it is. */
  change(entity: Entity, change: Partial<Container>, afterWrite?: () => void): void {
    entity.container = { ...entity.container, ...change };
    const earlier = this.#unsaved.get(entity.id);
    this.#unsaved.set(entity.id, () => {
      earlier?.();
      afterWrite?.();
    });
    this.#writeTimer ??= setTimeout(() => this.flush(), WRITE_DELAY_MS);
    this.#notify(entity.id, entity.container);
  }

  /** As `change`, for parts of the view that are not stored. */
  show(entity: Entity, change: Partial<Container>): void {
    entity.container = { ...entity.container, ...change };
    this.#notify(entity.id, entity.container);
  }

  /** Moves a container to another state. Throws Conflict when it may not go there. */
  changeState(entity: Entity, change: Partial<ContainerState> & { readonly status: ContainerStatus }, afterWrite?: () => void): void {
    this.change(entity, { state: transition(entity.state, change) }, afterWrite);
  }

  /** Takes a removed container, whose record is gone, out of everything. */
  forget(entity: Entity): void {
    const afterWrite = this.#unsaved.get(entity.id);
    this.#unsaved.delete(entity.id);
    this.table.remove(entity);
    this.#notify(entity.id, null);
    afterWrite?.();
  }

  /** Writes what has changed. A failure is logged and tried again with the next change. */
  flush(): void {
    if (this.#writeTimer !== null) clearTimeout(this.#writeTimer);
    this.#writeTimer = null;
    const unsaved = [...this.#unsaved];
    this.#unsaved.clear();
    for (const [id, afterWrite] of unsaved) {
      const entity = this.table.get(id);
      try {
        if (entity !== undefined) this.deps.records.update(entity.stored);
        afterWrite();
      } catch (error) {
        this.#unsaved.set(id, afterWrite);
        this.deps.logger.error('a container could not be stored', { id, error: messageOf(error) });
      }
    }
  }

  announce(entity: Entity, action: string, attributes: Record<string, string> = {}): void {
    const { config, imageName, name } = entity.container;
    this.deps.events.publish('container', action, entity.id, { ...config.Labels, image: imageName, name, ...attributes });
  }

  onChange(listener: ChangeListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #notify(id: string, container: Container | null): void {
    for (const listener of this.#listeners) listener({ id, container });
  }
}

/** In list format; machines without memory nodes have one. */
function onlineList(kind: 'cpu' | 'node'): string {
  const file = `/sys/devices/system/${kind}/online`;
  return existsSync(file) ? readFileSync(file, 'latin1').trim() : '0';
}
