import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs';
import { EngineError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import type { Logger } from '../base/log.ts';
import type { VolumeRecord, VolumeRecords } from '../store/records/volumes.ts';
import { Trash } from '../store/trash.ts';
import { O } from '../sys/constants.ts';
import { hasCode } from '../sys/errno.ts';
import type { FileSystem } from './file-system.ts';
import { FileSystemMounts } from './file-system-mounts.ts';
import { sourceOfOptions } from './local-options.ts';
import { checkVolumeName, randomVolumeName } from './names.ts';
import { reconcile } from './reconcile.ts';
import type { ImageContent, Volume, VolumeRequest, VolumeService, VolumeSource, VolumeUsers } from './volume-service.ts';
import type { VolumeThreads } from './volume-threads.ts';

export interface LocalVolumesOptions {
  /** Holds one directory a volume, `NAME/_data` with its files. */
  readonly directory: string;
  readonly records: VolumeRecords;
  /** Ended with the volumes. */
  readonly threads: Pick<VolumeThreads, 'copyUp' | 'measure' | 'mount' | 'unmount'> & AsyncDisposable;
  readonly events: EventBus;
  readonly logger: Logger;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

/** Docker's mark of volumes that nobody named. */
const ANONYMOUS = 'com.docker.volume.anonymous';
const DRIVER = 'local';

/** Docker's `local` driver. Nobody but root can reach the files by the host's paths: they may have set-user-ID programs. */
export class LocalVolumes implements VolumeService, AsyncDisposable {
  readonly #options: LocalVolumesOptions;
  readonly #volumes = new Map<string, VolumeRecord>();
  readonly #trash: Trash;
  readonly #fileSystems: FileSystemMounts;
  #users: VolumeUsers | null = null;
  readonly #holds = new Map<string, number>();
  /** Running containers of each volume. */
  readonly #mounts = new Map<string, Set<string>>();
  readonly #copying = new Map<string, Promise<void>>();

  constructor(options: LocalVolumesOptions) {
    this.#options = options;
    const { directory, records, logger } = options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#trash = new Trash(`${directory}/.trash`, logger);
    this.#fileSystems = new FileSystemMounts({ directory: `${directory}/.mounts`, threads: options.threads, logger });
    for (const record of reconcile({ directory, records, logger, discard: (path) => this.#trash.discard(path) })) this.#volumes.set(record.name, record);
  }

  check(request: VolumeRequest): void {
    const { name = '', driver = '', options = {} } = request;
    if (driver !== '' && driver !== DRIVER) {
      const plugin = driver.slice(0, 100);
      throw new EngineError('NotFound', `error looking up volume plugin ${plugin}: plugin ${JSON.stringify(plugin)} not found`);
    }
    if (name !== '') checkVolumeName(name);
    sourceOfOptions(options);
    const existing = this.#volumes.get(name);
    if (existing !== undefined && Object.keys(options).length > 0 && !isSame(existing.options, options)) {
      throw new EngineError('Conflict', `create ${name}: conflict: volume name must be unique: it exists with other driver options`);
    }
  }

  create(request: VolumeRequest): Volume {
    this.check(request);
    const { records, now, directory, events } = this.#options;
    const { labels = {}, options = {} } = request;
    const name = request.name || randomVolumeName();
    const existing = this.#volumes.get(name);
    if (existing !== undefined) return this.#view(existing);
    const record = { name, createdAt: now(), labels: request.name ? labels : { ...labels, [ANONYMOUS]: '' }, options };
    mkdirSync(`${directory}/${name}`);
    try {
      makeFiles(`${directory}/${name}`);
      records.insert(record, request.madeFor);
    } catch (error) {
      this.#trash.discard(`${directory}/${name}`);
      throw error;
    }
    this.#volumes.set(name, record);
    events.publish('volume', 'create', name, { driver: DRIVER });
    return this.#view(record);
  }

  settle(name: string): void {
    this.#options.records.settle(name);
  }

  get(name: string): Volume {
    return this.#view(this.#record(name));
  }

  has(name: string): boolean {
    return this.#volumes.has(name);
  }

  list(): readonly Volume[] {
    return [...this.#volumes.values()].map((record) => this.#view(record)).sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  attachUsers(users: VolumeUsers): void {
    this.#users = users;
  }

  usersOf(name: string): readonly string[] {
    if (this.#users === null) throw new EngineError('Unavailable', `who uses volume ${name} is not known yet`);
    return this.#users.usersOf(name);
  }

  remove(name: string, { force }: { readonly force: boolean }): void {
    if (force && !this.#volumes.has(name)) return;
    this.#record(name);
    const users = this.usersOf(name);
    if (users.length > 0) throw new EngineError('Conflict', `remove ${name}: volume is in use - [${users.join(', ')}]`);
    if (this.#holds.has(name)) throw new EngineError('Conflict', `remove ${name}: volume is in use - a container with it is being made`);
    const { directory, records, events } = this.#options;
    // In this order: a crash in between leaves a record without files, which the next start drops, never files without an owner.
    this.#trash.discard(`${directory}/${name}`);
    records.remove(name);
    this.#volumes.delete(name);
    events.publish('volume', 'destroy', name, { driver: DRIVER });
  }

  async size(name: string): Promise<number> {
    const { options } = this.#record(name);
    if (Object.keys(options).length > 0) return -1;
    return this.#options.threads.measure(this.#path(name));
  }

  directoryOf(name: string): string {
    const source = this.#source(name);
    if (source.kind === 'directory') return source.path;
    if (source.kind === 'file-system') {
      if (this.#fileSystems.isMounted(name)) return this.#fileSystems.pathOf(name);
      throw new EngineError(
        'Conflict',
        `volume ${name} is a ${source.type} file system, which is mounted while a container with it runs: start one to reach its files`,
      );
    }
    throw new EngineError('Unsupported', `volume ${name} is a tmpfs of each container that uses it: it has no files of its own`);
  }

  hold(name: string): Disposable {
    this.#record(name);
    this.#holds.set(name, (this.#holds.get(name) ?? 0) + 1);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (this.#holds.get(name) ?? 1) - 1;
        if (left === 0) this.#holds.delete(name);
        else this.#holds.set(name, left);
      },
    };
  }

  async copyUp(name: string, subpath: string, content: ImageContent): Promise<void> {
    while (this.#copying.has(name)) await this.#copying.get(name);
    const source = this.#source(name);
    if (source.kind === 'tmpfs') return;
    if (source.kind === 'file-system') return this.#copyInto(name, subpath, content, source);
    const isStaged = subpath === '' && source.path === this.#path(name) && !this.#mounts.has(name);
    const copying = isStaged ? this.#stage(name, content) : this.#options.threads.copyUp({ ...content, target: source.path, subpath, makesTarget: false });
    // Whoever mounts it meanwhile waits, for the directory that is there now may be replaced.
    const settled = copying.then(
      () => undefined,
      () => undefined,
    );
    this.#copying.set(name, settled);
    void settled.then(() => this.#copying.delete(name));
    await copying;
  }

  async mount(name: string, use: { readonly containerId: string; readonly destination: string; readonly readonly: boolean }): Promise<VolumeSource> {
    while (this.#copying.has(name)) await this.#copying.get(name);
    const named = this.#source(name);
    const source = named.kind === 'file-system' ? plain(await this.#fileSystems.acquire(name, use.containerId, named)) : named;
    if (named === source) checkDevice(source, this.#path(name));
    this.#use(name, use.containerId);
    const { containerId: container, destination } = use;
    const attributes = { container, destination, driver: DRIVER, propagation: '', 'read/write': String(!use.readonly) };
    this.#options.events.publish('volume', 'mount', name, attributes);
    return source;
  }

  restore(name: string, containerId: string): void {
    if (this.#volumes.has(name) && this.#source(name).kind === 'file-system') this.#fileSystems.restore(name, containerId);
    this.#use(name, containerId);
  }

  settleMounts(): void {
    this.#fileSystems.settle();
  }

  #use(name: string, containerId: string): void {
    const mounts = this.#mounts.get(name) ?? new Set();
    this.#mounts.set(name, mounts.add(containerId));
  }

  unmount(name: string, containerId: string): void {
    const mounts = this.#mounts.get(name);
    if (mounts?.delete(containerId) !== true) return;
    if (mounts.size === 0) this.#mounts.delete(name);
    this.#fileSystems.release(name, containerId);
    this.#options.events.publish('volume', 'unmount', name, { container: containerId, driver: DRIVER });
  }

  /** Stops copies under way and waits for what is deleted in the background. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fileSystems.idle();
    await this.#options.threads[Symbol.asyncDispose]();
    await Promise.all(this.#copying.values());
    await this.#trash.idle();
  }

  /** Copies beside the empty directory and puts the copy in its place; where that has been written to meanwhile, its files stay. */
  async #stage(name: string, content: ImageContent): Promise<void> {
    const staging = `${this.#options.directory}/${name}/_copy-${randomUUID()}`;
    try {
      if (readdirSync(this.#path(name)).length > 0) return;
      await this.#options.threads.copyUp({ ...content, target: staging, subpath: '', makesTarget: true });
      renameSync(staging, this.#path(name));
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
    } finally {
      this.#trash.discard(staging);
    }
  }

  /** The thread that copies has a mount namespace of its own and may not see what is mounted here, but a descriptor leads there. */
  async #copyInto(name: string, subpath: string, content: ImageContent, fileSystem: FileSystem): Promise<void> {
    const user = `copy ${randomUUID()}`;
    const fd = openSync(await this.#fileSystems.acquire(name, user, fileSystem), O.PATH | O.DIRECTORY);
    try {
      await this.#options.threads.copyUp({ ...content, target: `/proc/self/fd/${fd}`, subpath, makesTarget: false });
    } finally {
      closeSync(fd);
      this.#fileSystems.release(name, user);
    }
  }

  #record(name: string): VolumeRecord {
    const record = this.#volumes.get(name);
    if (record === undefined) throw new EngineError('NotFound', `get ${name.slice(0, 255)}: no such volume`);
    return record;
  }

  #path(name: string): string {
    return `${this.#options.directory}/${name}/_data`;
  }

  #source(name: string): VolumeSource | FileSystem {
    return sourceOfOptions(this.#record(name).options) ?? plain(this.#path(name));
  }

  #view({ name, createdAt, labels, options }: VolumeRecord): Volume {
    const mountpoint = sourceOfOptions(options)?.kind === 'file-system' ? this.#fileSystems.pathOf(name) : this.#path(name);
    return { name, createdAt, labels, options, mountpoint, isAnonymous: Object.hasOwn(labels, ANONYMOUS) };
  }
}

function plain(path: string): VolumeSource {
  return { kind: 'directory', path, recursive: false, readonly: false };
}

/** Throws InvalidArgument in Docker's words when the directory that a volume's options name is not there. */
function checkDevice(source: VolumeSource, path: string): void {
  if (source.kind !== 'directory' || source.path === path || existsSync(source.path)) return;
  throw new EngineError(
    'InvalidArgument',
    `error while mounting volume '${path}': failed to mount local volume: mount ${source.path}:${path}, flags: 0x1000: no such file or directory`,
  );
}

/** Modes are Docker's; the process's mask does not count. */
function makeFiles(path: string): void {
  chmodSync(path, 0o701);
  mkdirSync(`${path}/_data`);
  chmodSync(`${path}/_data`, 0o755);
}

function isSame(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => Object.hasOwn(right, name) && left[name] === right[name]);
}
