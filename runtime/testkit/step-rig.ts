import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { silentLogger } from '../base/log.ts';
import type { StepContext, StepSettings } from '../build/executor.ts';
import type { Operation, RunMount, Tree } from '../build/graph.ts';
import { CacheDirectories } from '../build/steps/cache-directories.ts';
import { RunExecutor } from '../build/steps/run-executor.ts';
import { BuildWorkspace } from '../build/workspace.ts';
import { Database } from '../store/database.ts';
import { Growth } from '../store/layers/growing-file.ts';
import { LayerStore } from '../store/layers/layer-store.ts';
import { Leases } from '../store/leases.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { LayerRecords } from '../store/records/layers.ts';
import { measureTree } from '../store/snapshots/measure-tree.ts';
import { Trash } from '../store/trash.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { type ContainerRig, openContainerRig } from './container-rig.ts';
import { busyboxEntries, type TarEntry, tarOf } from './image-archives.ts';

type LayerTree = Tree & { readonly kind: 'layers' };
type RunOperation = Operation & { readonly kind: 'run' };

export interface RunOptions {
  readonly operation?: Partial<RunOperation>;
  readonly settings?: Partial<StepSettings>;
  readonly mounts?: readonly RunMount[];
  /** What mounts name by their place here plus one; the root is 0. */
  readonly inputs?: readonly Tree[];
  readonly root?: Tree;
  readonly signal?: AbortSignal;
  readonly log?: StepContext['log'];
  /** The output is not kept. */
  readonly quiet?: boolean;
}

/** RUN on the real kernel, above a layer of busybox. */
export interface StepRig extends AsyncDisposable {
  readonly rig: ContainerRig;
  readonly layers: LayerStore;
  readonly leases: Leases;
  readonly caches: CacheDirectories;
  readonly base: LayerTree;
  /** As the next engine does. */
  reopenCaches(): void;
  /** Another layer. */
  addLayer(...entries: TarEntry[]): Promise<Digest>;
  /** A directory of the builder's. */
  addDirectory(files: Readonly<Record<string, string>>): Tree & { readonly kind: 'directory' };
  /** Runs a line of the shell, or what `operation` says. */
  run(line: string, options?: RunOptions): Promise<{ readonly tree: LayerTree; readonly out: string }>;
  /** Paths and contents of the newest layer of a tree, as it lies on the disk; undefined when the step made none. */
  newLayer(tree: LayerTree): Record<string, string> | undefined;
}

export async function openStepRig(): Promise<StepRig> {
  await using stack = new AsyncDisposableStack();
  const rig = stack.use(await openContainerRig());
  const sys = createLinuxSyscalls();
  const database = stack.use(new Database(':memory:', MIGRATIONS));
  const layers = stack.use(new LayerStore({ root: rig.directory, records: new LayerRecords(database), syscalls: sys, rootless: false }));
  const leases = new Leases(database);
  const trash = new Trash(join(rig.directory, 'build-trash'), silentLogger);
  stack.defer(() => trash.idle());
  const workspace = new BuildWorkspace(rig.directory, silentLogger);
  stack.defer(() => workspace.idle());
  const openCaches = (): CacheDirectories =>
    new CacheDirectories({
      root: join(rig.directory, 'build-cache'),
      trash,
      measure: (path) => measureTree(sys, path),
      now: () => BigInt(Date.now()) * 1_000_000n,
    });
  const opened = { caches: openCaches() };
  let places = 0;

  async function addLayer(...entries: TarEntry[]): Promise<Digest> {
    const path = join(layers.ingest, `tar-${++places}`);
    const bytes = await tarOf(entries);
    writeFileSync(path, bytes);
    const growth = new Growth();
    growth.advance(bytes.length);
    growth.complete();
    await using staged = await layers.stage({ path, offset: 0, length: bytes.length, growth: growth.buffer });
    layers.publish(staged);
    return staged.diffId;
  }

  const base: LayerTree = { kind: 'layers', layers: [await addLayer(...busyboxEntries())] };
  const executor = (): RunExecutor => new RunExecutor({ containers: rig.containers.steps, layers, leases, caches: opened.caches, workspace });
  const kept = stack.move();
  return {
    rig,
    layers,
    leases,
    get caches() {
      return opened.caches;
    },
    reopenCaches: () => void (opened.caches = openCaches()),
    base,
    addLayer,
    addDirectory(files) {
      const path = join(rig.directory, `context-${++places}`);
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(join(path, name, '..'), { recursive: true });
        writeFileSync(join(path, name), content);
      }
      return { kind: 'directory', path, digest: `sha256:${createHash('sha256').update(JSON.stringify(files)).digest('hex')}` };
    },
    async run(line, { operation = {}, settings = {}, mounts = [], inputs = [], root = base, signal = new AbortController().signal, log, quiet = false } = {}) {
      let out = '';
      const trees = [root, ...inputs];
      const context: StepContext = {
        settings: {
          buildId: 'build/test',
          secrets: { secret: () => undefined, ssh: () => undefined },
          extraHosts: [],
          networkMode: 'none',
          resources: {},
          allowInsecure: false,
          keepFailed: false,
          keepDone: false,
          ...settings,
        },
        signal,
        input: (input) => (input === null ? { kind: 'layers', layers: [] } : (trees[input] as Tree)),
        log: (stream, data) => {
          if (!quiet) out += Buffer.from(data).toString();
          return log?.(stream, data);
        },
        container: () => undefined,
        progress: () => undefined,
      };
      const tree = await executor().run(
        {
          kind: 'run',
          root: 0,
          argv: ['/bin/sh', '-c', line],
          env: ['PATH=/bin'],
          uncachedEnv: [],
          cwd: '/',
          user: '',
          mounts,
          network: 'default',
          security: 'sandbox',
          ...operation,
        },
        context,
      );
      return { tree, out };
    },
    newLayer(tree) {
      const newest = tree.layers.at(-1);
      if (newest === undefined || newest === base.layers.at(-1)) return undefined;
      const { directory } = layers.archiveOf(newest);
      const names = readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name).slice(directory.length));
      return Object.fromEntries(names.sort().map((name) => [name, '']));
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** What a step may leave of a container: nothing. */
export function leftOfSteps({ directory }: ContainerRig): string[] {
  return ['containers', 'snapshots', 'c'].flatMap((name) =>
    existsSync(join(directory, name)) ? readdirSync(join(directory, name)).map((entry) => `${name}/${entry}`) : [],
  );
}
