import { statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../base/log.ts';
import type { OverlayViews } from '../container/files/overlay-views.ts';
import type { StepContainers } from '../container/steps/step.ts';
import { LAYOUT_SCHEME } from '../formats/oci/layout.ts';
import type { ImageCatalog } from '../image/catalog.ts';
import type { ImageService } from '../image/image-service.ts';
import type { GarbageCollector } from '../store/collect-garbage.ts';
import { FileService } from '../store/copy/file-service.ts';
import type { Database } from '../store/database.ts';
import type { InflateByTool } from '../store/incoming.ts';
import type { LayerStore } from '../store/layers/layer-store.ts';
import { LAYER_LIMITS } from '../store/layers/limits.ts';
import type { Leases } from '../store/leases.ts';
import { Trash } from '../store/trash.ts';
import type { TreeService } from '../store/trees/tree-service.ts';
import type { BuildService } from './build-service.ts';
import { DiskBuildContexts } from './disk-contexts.ts';
import type { Executor } from './executor.ts';
import { FetchExecutor } from './fetch-executor.ts';
import { FileExecutor } from './files/file-executor.ts';
import type { RunGit } from './git/clone.ts';
import { KeptContexts } from './kept-contexts.ts';
import { createBuildService } from './local-builds.ts';
import { NamedContexts } from './named-contexts.ts';
import { KeptDownloads } from './remote/kept-downloads.ts';
import type { CacheMounts } from './solve/cache-mounts.ts';
import { openSolving } from './solve/open-solving.ts';
import { CacheDirectories } from './steps/cache-directories.ts';
import { RunExecutor } from './steps/run-executor.ts';
import { BuildWorkspace } from './workspace.ts';

export interface BuildsDependencies {
  /** The engine's data: contexts, cache mounts and the output of steps are below it. */
  readonly root: string;
  readonly database: Database;
  readonly catalog: ImageCatalog;
  readonly layers: LayerStore;
  readonly leases: Leases;
  readonly garbage: Pick<GarbageCollector, 'collect'>;
  readonly images: ImageService;
  readonly trees: TreeService;
  readonly views: OverlayViews;
  readonly containers: StepContainers;
  readonly runGit: RunGit;
  readonly inflateByTool: InflateByTool;
  /** Bytes below a directory. */
  readonly measure: (path: string) => Promise<{ readonly bytes: number }>;
  /** Bytes of the disk for the cache; null: a tenth of it. */
  readonly cacheLimit: () => number | null;
  readonly logger: Logger;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

/** Bounds of an archive that is unpacked: those of a layer, which it may become. */
const ARCHIVE_LIMITS = { entries: LAYER_LIMITS.entries, bytes: LAYER_LIMITS.inflatedBytes };
/** On the disk, of a repository with its files: more than the largest that people build from. */
const REPOSITORY_BYTES = 32 * 1024 ** 3;
const SHARE_OF_DISK = 0.1;

/** Builds with all that they need. What an engine that died has left of them is put right or thrown away. */
export function openBuilds(dependencies: BuildsDependencies): BuildService {
  const { root, database, catalog, layers, leases, garbage, images, trees, views, containers, runGit, inflateByTool, measure, logger, now } = dependencies;
  const workspace = new BuildWorkspace(root, logger);
  const files = new FileService();
  const trash = new Trash(join(root, 'build-trash'), logger);
  const caches = new CacheDirectories({ root: join(root, 'build-cache'), trash, measure, now });
  const downloads = new KeptDownloads({ root: join(root, 'build-downloads'), trash, now });
  const git = { runGit, measure, limit: REPOSITORY_BYTES };
  const reading = { views, layers, workspace };
  const fileSteps = new FileExecutor({ ...reading, adopt: (source, lease) => layers.adopt(source, lease), files, leases, limits: ARCHIVE_LIMITS });
  const fetches = new FetchExecutor({ workspace, files, git, downloads, downloadLimit: LAYER_LIMITS.inflatedBytes });
  const runs = new RunExecutor({ containers, layers, leases, caches, workspace });
  const executor: Executor = {
    run: (operation, context) => runs.run(operation, context),
    file: (operation, context) => fileSteps.file(operation, context),
    fileKey: (operation, context) => fileSteps.fileKey(operation, context),
    treeKey: (tree, path, signal) => fileSteps.treeKey(tree, path, signal),
    git: (operation, context) => fetches.git(operation, context),
    http: (operation, context) => fetches.http(operation, context),
  };
  const contexts = new KeptContexts(new DiskBuildContexts({ workspace, trees, files, git, downloads, inflateByTool, limits: ARCHIVE_LIMITS }));
  const solving = openSolving({
    database,
    catalog,
    leases,
    executor,
    mounts: together(caches, downloads),
    collect: () => garbage.collect(),
    directory: join(root, 'build-logs'),
    onForgotten: (build) => void contexts.forget(build),
    simultaneousRuns: Math.max(2, availableParallelism()),
    cacheLimit: () => dependencies.cacheLimit() ?? shareOfDisk(root),
    logger,
    now,
  });
  const { solver, cache, history } = solving;
  const named = new NamedContexts(contexts);
  const builds = createBuildService({ contexts, named, solver, cache, history, images, leases, now: Date.now });
  return {
    ...builds,
    build: async (request, options) => {
      try {
        return await builds.build(request, options);
      } finally {
        // Layers of a layout have no image: what the cache does not keep goes with the build.
        if (Object.values(request.namedContexts).some((place) => place.startsWith(LAYOUT_SCHEME))) await garbage.collect();
      }
    },
    prune: async (options) => {
      // What is kept for later builds is a cache too.
      if (options.all) await contexts[Symbol.asyncDispose]();
      return builds.prune(options);
    },
    [Symbol.asyncDispose]: async () => {
      await builds[Symbol.asyncDispose]();
      await solving[Symbol.asyncDispose]();
      await named[Symbol.asyncDispose]();
      await contexts[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
      await Promise.all([workspace.idle(), trash.idle()]);
    },
  };
}

function together(...parts: readonly CacheMounts[]): CacheMounts {
  return {
    list: async () => (await Promise.all(parts.map((part) => part.list()))).flat(),
    remove: async (id) => {
      for (const part of parts) await part.remove(id);
    },
  };
}

function shareOfDisk(path: string): number {
  const { blocks, bsize } = statfsSync(path);
  return Math.floor(blocks * bsize * SHARE_OF_DISK);
}
