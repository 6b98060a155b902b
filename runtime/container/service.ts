import type { Digest } from '../base/digest.ts';
import { EngineError, isKind } from '../base/errors.ts';
import type { ContainerConfig, EndpointConfig, UpdateConfig } from '../formats/docker/container-config.ts';
import type { ImageUsers } from '../image/image-service.ts';
import type { ContainerFiles } from './container-files.ts';
import type * as contract from './container-service.ts';
import type { ContainerDependencies } from './dependencies.ts';
import { pathsOf } from './directories.ts';
import { ContainerEngine } from './engine.ts';
import type { Entity } from './entity.ts';
import type { Exec } from './exec-table.ts';
import { createContainerFiles } from './files/create-container-files.ts';
import { familyOf } from './image-family.ts';
import { filterContainers } from './list-filter.ts';
import { logBytes } from './logs/empty-log-files.ts';
import { IndexedLogs } from './logs/view/create-log-views.ts';
import type { LogViews } from './logs/view/log-views.ts';
import { recover } from './recover.ts';
import { interfaceCounters } from './stats/interfaces.ts';
import { Sampler } from './stats/sampler.ts';
import { createStepContainers } from './steps/run-step.ts';
import type { StepContainers } from './steps/step.ts';
import { type AttachOptions, attachContainer } from './verbs/attach.ts';
import { connectContainer, disconnectContainer } from './verbs/connect.ts';
import { createContainer } from './verbs/create.ts';
import { emptyLogOf } from './verbs/empty-log.ts';
import { createExec, resizeExec, startExec } from './verbs/exec.ts';
import { logsOf } from './verbs/logs.ts';
import { pauseContainer, unpauseContainer } from './verbs/pause.ts';
import { killProcess, processesOf } from './verbs/processes.ts';
import { removeContainer } from './verbs/remove.ts';
import { renameContainer } from './verbs/rename.ts';
import { killContainer, restartContainer, stopContainer } from './verbs/signal.ts';
import { startContainer } from './verbs/start.ts';
import { topOf } from './verbs/top.ts';
import { updateContainer } from './verbs/update.ts';

/** The verbs of the contract, each handed to its file with the container looked up. */
class Containers implements contract.ContainerService, ImageUsers, AsyncDisposable {
  readonly #engine: ContainerEngine;
  readonly #sampler = new Sampler((id) => this.#sample(id));
  readonly #watch: Disposable;
  readonly files: ContainerFiles;
  readonly steps: StepContainers;
  readonly #logViews: IndexedLogs;

  constructor(engine: ContainerEngine) {
    this.#engine = engine;
    this.files = createContainerFiles(engine);
    this.steps = createStepContainers(engine);
    this.#logViews = new IndexedLogs(engine);
    this.#watch = engine.onChange(({ id, container }) => this.#follow(id, container));
  }

  get logViews(): LogViews {
    return this.#logViews;
  }

  create(
    config: ContainerConfig,
    options: { readonly name?: string; readonly platform?: string },
  ): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
    return createContainer(this.#engine, config, options);
  }

  async start(ref: string): Promise<void> {
    await startContainer(this.#engine, this.#find(ref));
  }

  async stop(ref: string, options: contract.StopOptions): Promise<void> {
    await stopContainer(this.#engine, this.#find(ref), options);
  }

  async kill(ref: string, signal: string): Promise<void> {
    await killContainer(this.#engine, this.#find(ref), signal);
  }

  async restart(ref: string, options: contract.StopOptions): Promise<void> {
    await restartContainer(this.#engine, this.#find(ref), options);
  }

  async pause(ref: string): Promise<void> {
    await pauseContainer(this.#engine, this.#find(ref));
  }

  async unpause(ref: string): Promise<void> {
    await unpauseContainer(this.#engine, this.#find(ref));
  }

  rename(ref: string, name: string): void {
    renameContainer(this.#engine, this.#find(ref), name);
  }

  async update(ref: string, config: UpdateConfig): Promise<readonly string[]> {
    return await updateContainer(this.#engine, this.#find(ref), config);
  }

  async connect(ref: string, network: string, settings: EndpointConfig): Promise<void> {
    await connectContainer(this.#engine, this.#find(ref), network, settings);
  }

  async disconnect(ref: string, network: string, options: { readonly force: boolean }): Promise<void> {
    await disconnectContainer(this.#engine, this.#find(ref), network, options);
  }

  async wait(
    ref: string,
    condition: contract.WaitCondition,
    options: { readonly signal: AbortSignal; readonly armed: () => void },
  ): Promise<{ readonly exitCode: number; readonly error: string }> {
    const entity = this.#find(ref);
    const result = entity.waiters.wait(condition, entity.state, options.signal);
    options.armed();
    return result;
  }

  async remove(ref: string, options: { readonly force: boolean; readonly volumes: boolean }): Promise<void> {
    await removeContainer(this.#engine, this.#find(ref), options);
  }

  list(filters: contract.ContainerFilters): readonly contract.Container[] {
    const { table, deps } = this.#engine;
    return filterContainers(
      Iterator.from(table.values()).map(({ container }) => container),
      filters,
      { find: (ref) => table.find(ref).container, family: (name) => familyOf(deps.images, name) },
    );
  }

  inspect(ref: string): contract.Container {
    return this.#find(ref).container;
  }

  async size(ref: string): Promise<number> {
    return (await this.#engine.deps.snapshots.usage(this.#find(ref).id)).bytes;
  }

  logs(ref: string, options: contract.LogOptions): AsyncIterable<readonly contract.LogEntry[]> {
    return logsOf(this.#engine, this.#find(ref), options);
  }

  async logSize(ref: string): Promise<number> {
    return await logBytes(pathsOf(this.#engine.deps.directories, this.#find(ref).id).log);
  }

  async emptyLog(ref: string): Promise<number> {
    return await emptyLogOf(this.#engine, this.#find(ref));
  }

  async attach(ref: string, options: AttachOptions): Promise<contract.AttachedStreams> {
    return await attachContainer(this.#engine, this.#find(ref), options);
  }

  async resize(ref: string, rows: number, columns: number): Promise<void> {
    const entity = this.#find(ref);
    await entity.running().resize(rows, columns);
    this.#engine.announce(entity, 'resize', { height: String(rows), width: String(columns) });
  }

  async top(ref: string, psArguments: string): Promise<{ readonly titles: readonly string[]; readonly processes: readonly (readonly string[])[] }> {
    return Promise.resolve(topOf(this.#engine, this.#find(ref), psArguments));
  }

  processes(ref: string): contract.ContainerProcesses {
    return processesOf(this.#engine, this.#find(ref));
  }

  killProcess(ref: string, pid: number, signal: string): void {
    killProcess(this.#engine, this.#find(ref), pid, signal);
  }

  async stats(ref: string): Promise<contract.StatsSample> {
    const entity = this.#find(ref);
    const { pid } = entity.running();
    return Promise.resolve({ ...this.#engine.deps.cgroups.stats(entity.id), networks: interfaceCounters(pid) });
  }

  metrics(options: { readonly ref?: string; readonly since?: number }): ReadonlyMap<string, readonly contract.MetricPoint[]> {
    const ids = options.ref === undefined ? this.#sampler.ids() : [this.#find(options.ref).id];
    return new Map(ids.map((id) => [id, this.#sampler.points(id, options.since ?? 0)]));
  }

  onSample(listener: (latest: ReadonlyMap<string, contract.MetricPoint>) => void): Disposable {
    return this.#sampler.subscribe(listener);
  }

  onChange(listener: (change: { readonly id: string; readonly container: contract.Container | null }) => void): Disposable {
    return this.#engine.onChange(listener);
  }

  execCreate(ref: string, config: contract.ExecConfig): string {
    return createExec(this.#engine, this.#find(ref), config).id;
  }

  execInspect(execId: string): contract.ExecState {
    return this.#findExec(execId).exec.state;
  }

  async execStart(
    execId: string,
    options: { readonly attach: boolean; readonly consoleSize?: { readonly rows: number; readonly columns: number }; readonly signal: AbortSignal },
  ): Promise<contract.AttachedStreams | null> {
    const { entity, exec } = this.#findExec(execId);
    return await startExec(this.#engine, entity, exec, options);
  }

  async execResize(execId: string, rows: number, columns: number): Promise<void> {
    resizeExec(this.#findExec(execId).exec, rows, columns);
    return Promise.resolve();
  }

  usersOf(id: Digest): readonly { readonly containerId: string; readonly running: boolean }[] {
    return [...this.#engine.table.values()]
      .filter(({ container }) => container.imageId === id)
      .map((entity) => ({ containerId: entity.id, running: entity.isLive }));
  }

  usersOfVolume(name: string): readonly string[] {
    return [...this.#engine.table.values()].filter(({ container }) => container.mounts.some(({ volume }) => volume?.name === name)).map(({ id }) => id);
  }

  /** Stops all that run, each by its own signal and grace but at most `seconds`. */
  async stopAll(seconds: number): Promise<void> {
    const live = [...this.#engine.table.values()].filter(({ isLive }) => isLive);
    await Promise.allSettled(
      live.map((entity) => stopContainer(this.#engine, entity, { timeout: Math.min(seconds, entity.container.config.StopTimeout ?? seconds) })),
    );
  }

  /** Leaves the containers running; everything of them is written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#sampler.stop();
    this.#watch[Symbol.dispose]();
    await this.#logViews[Symbol.asyncDispose]();
    for (const entity of this.#engine.table.values()) {
      if (entity.restartTimer !== null) clearTimeout(entity.restartTimer);
      entity.healthWatch?.end();
      for (const stop of entity.logFollowers) stop();
      for (const attachment of entity.pending) attachment.end();
      for (const { note } of entity.execs.values()) note?.keep();
      await entity.teardown;
      await entity.monitor?.[Symbol.asyncDispose]();
    }
    this.#engine.flush();
  }

  #find(ref: string): Entity {
    return this.#engine.table.find(ref);
  }

  #findExec(execId: string): { readonly entity: Entity; readonly exec: Exec } {
    for (const entity of this.#engine.table.values()) {
      const exec = entity.execs.get(execId);
      if (exec !== undefined) return { entity, exec };
    }
    throw new EngineError('NotFound', `No such exec instance: ${execId.slice(0, 100)}`);
  }

  #sample(id: string): contract.StatsSample | null {
    const pid = this.#engine.table.get(id)?.monitor?.pid;
    if (pid === undefined) return null;
    try {
      return { ...this.#engine.deps.cgroups.stats(id), networks: interfaceCounters(pid) };
    } catch (error) {
      if (isKind(error, 'NotFound')) return null;
      throw error;
    }
  }

  #follow(id: string, container: contract.Container | null): void {
    if (container === null) this.#sampler.removed(id);
    else if (this.#engine.table.get(id)?.isLive) this.#sampler.started(id);
    else this.#sampler.ended(id);
  }
}

export type ContainerServiceHandle = Containers;

/** Takes over what an earlier engine has left running and answers once every container's state is true. */
export async function openContainers(dependencies: ContainerDependencies): Promise<ContainerServiceHandle> {
  const engine = new ContainerEngine(dependencies);
  const service = new Containers(engine);
  dependencies.volumes.attachUsers({ usersOf: (name) => service.usersOfVolume(name) });
  await recover(engine);
  return service;
}
