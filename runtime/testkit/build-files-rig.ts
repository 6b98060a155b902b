import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { silentLogger } from '../base/log.ts';
import type { BuildContexts } from '../build/context.ts';
import { DiskBuildContexts } from '../build/disk-contexts.ts';
import type { StepContext } from '../build/executor.ts';
import { FetchExecutor } from '../build/fetch-executor.ts';
import { FileExecutor } from '../build/files/file-executor.ts';
import type { Tree } from '../build/graph.ts';
import { KeptDownloads } from '../build/remote/kept-downloads.ts';
import { BuildWorkspace } from '../build/workspace.ts';
import { createOverlayViews } from '../container/files/overlay-views.ts';
import { FileService } from '../store/copy/file-service.ts';
import { Database } from '../store/database.ts';
import { LayerStore } from '../store/layers/layer-store.ts';
import { removeTree } from '../store/layers/remove-tree.ts';
import { Leases } from '../store/leases.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { LayerRecords } from '../store/records/layers.ts';
import { measureTree } from '../store/snapshots/measure-tree.ts';
import { Trash } from '../store/trash.ts';
import type { ArchiveLimits } from '../store/trees/archive-limits.ts';
import { TreeService } from '../store/trees/tree-service.ts';
import { inflateByTool } from '../sys/inflate-by-tool.ts';
import { createLauncher, LAUNCHER_BINARY } from '../sys/launcher/create-launcher.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { runGit } from '../sys/run-git.ts';
import { mountsBelow } from './launcher-traces.ts';

type Layers = Tree & { readonly kind: 'layers' };

/** The files of builds on a real store and launcher, without a solver. */
export interface BuildFilesRig extends AsyncDisposable {
  readonly contexts: BuildContexts;
  readonly files: FileExecutor;
  readonly fetches: FetchExecutor;
  readonly downloads: KeptDownloads;
  readonly directory: string;
  /** A layer with what `draw` makes in it, above `below`. */
  layer(draw: (directory: string) => void, below?: Layers): Promise<Layers>;
  /** Shows the files of layers, merged, to `look`. */
  see<T>(tree: Layers, look: (root: string) => T): Promise<T>;
  context(
    trees: readonly Tree[],
    options?: { readonly signal?: AbortSignal; readonly epoch?: number; readonly secrets?: StepContext['settings']['secrets'] },
  ): StepContext;
  /** What is below the engine's root that belongs to no layer or database, and what is mounted. */
  leftovers(): string[];
}

const NO_SECRETS = { secret: () => undefined, ssh: () => undefined };

export async function openBuildFilesRig(limits: Partial<ArchiveLimits> = {}, parent = tmpdir()): Promise<BuildFilesRig> {
  await using stack = new AsyncDisposableStack();
  const directory = mkdtempSync(join(parent, 'slw-'));
  stack.defer(() => removeTree(directory));
  const syscalls = createLinuxSyscalls();
  const database = stack.use(new Database(join(directory, 'state.db'), MIGRATIONS));
  const layers = stack.use(new LayerStore({ root: directory, records: new LayerRecords(database), syscalls, rootless: false }));
  const leases = new Leases(database);
  for (const name of ['l', 'c']) mkdirSync(join(directory, name), { mode: 0o700 });
  const launcher = stack.use(await createLauncher({ syscalls, binary: LAUNCHER_BINARY, runDirectory: join(directory, 'l'), logger: silentLogger }));
  const trees = stack.use(new TreeService(syscalls));
  const bounds = { entries: 200_000, bytes: 1024 ** 3, ...limits };
  const workspace = new BuildWorkspace(directory, silentLogger);
  stack.defer(() => workspace.idle());
  const service = stack.use(new FileService());
  const trash = new Trash(join(directory, 'download-trash'), silentLogger);
  stack.defer(() => trash.idle());
  const downloads = new KeptDownloads({ root: join(directory, 'build-downloads'), trash, now: () => process.hrtime.bigint() });
  const git = { runGit, measure: (path: string) => measureTree(syscalls, path), limit: bounds.bytes };
  const views = createOverlayViews(launcher, join(directory, 'c'));
  const adopt: LayerStore['adopt'] = (...parameters) => layers.adopt(...parameters);
  let made = 0;
  const kept = stack.move();
  return {
    contexts: new DiskBuildContexts({ workspace, trees, files: service, git, downloads, inflateByTool, limits: bounds }),
    files: new FileExecutor({ views, layers, workspace, files: service, leases, limits: bounds, adopt }),
    fetches: new FetchExecutor({ workspace, files: service, git, downloads, downloadLimit: bounds.bytes }),
    downloads,
    directory,
    async layer(draw, below = { kind: 'layers', layers: [] }) {
      const upper = join(directory, 'ingest', `drawn-${++made}`);
      mkdirSync(upper);
      draw(upper);
      const lower = below.layers.map((diffId) => layers.directoryOf(diffId)).toReversed();
      const record = await layers.adopt({ upper, lower, omitted: [] }, (diffId: Digest) => leases.add('test', { layers: [diffId] }));
      return { kind: 'layers', layers: [...below.layers, ...(record === null ? [] : [record.diffId])] };
    },
    async see(tree, look) {
      const empty = mkdtempSync(join(directory, 'empty-'));
      try {
        await using view = await views.open({ lower: [...tree.layers.map((diffId) => layers.directoryOf(diffId)).toReversed(), empty] });
        return look(`/proc/self/fd/${view.fd}`);
      } finally {
        rmSync(empty, { recursive: true });
      }
    },
    context: (inputs, { signal = new AbortController().signal, epoch, secrets = NO_SECRETS } = {}) => ({
      settings: {
        buildId: 'test',
        secrets,
        extraHosts: [],
        networkMode: 'default',
        resources: {},
        ...(epoch === undefined ? {} : { sourceDateEpoch: epoch }),
        allowInsecure: false,
        keepFailed: false,
        keepDone: false,
      },
      signal,
      input: (input) => (input === null ? { kind: 'layers', layers: [] } : (inputs[input] as Tree)),
      log: () => undefined,
      container: () => undefined,
      progress: () => undefined,
    }),
    leftovers: () => [
      ...['build', 'build/trash', 'ingest', 'c']
        .flatMap((name) => readdirSync(join(directory, name)).map((entry) => `${name}/${entry}`))
        .filter((path) => path !== 'build/trash'),
      ...mountsBelow(directory),
    ],
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
