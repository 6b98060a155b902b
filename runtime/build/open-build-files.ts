import type { Logger } from '../base/log.ts';
import { createOverlayViews } from '../container/files/overlay-views.ts';
import { FileService } from '../store/copy/file-service.ts';
import type { InflateByTool } from '../store/incoming.ts';
import type { LayerStore } from '../store/layers/layer-store.ts';
import type { Leases } from '../store/leases.ts';
import type { ArchiveLimits } from '../store/trees/archive-limits.ts';
import type { TreeService } from '../store/trees/tree-service.ts';
import type { BuildContexts } from './context.ts';
import { DiskBuildContexts } from './disk-contexts.ts';
import type { Executor } from './executor.ts';
import { FetchExecutor } from './fetch-executor.ts';
import { FileExecutor } from './files/file-executor.ts';
import type { RunGit } from './git/clone.ts';
import { BuildWorkspace } from './workspace.ts';

export interface BuildFilesOptions {
  /** The engine's root, on the file system of its layers. */
  readonly root: string;
  /** Where run directories of containers are. */
  readonly run: string;
  readonly launcher: Parameters<typeof createOverlayViews>[0];
  readonly layers: Pick<LayerStore, 'directoryOf' | 'adopt'>;
  readonly leases: Pick<Leases, 'add'>;
  readonly trees: Pick<TreeService, 'unpack'>;
  readonly runGit: RunGit;
  readonly inflateByTool: InflateByTool;
  readonly logger: Logger;
  readonly limits?: Partial<ArchiveLimits>;
}

/** All of an executor but RUN, and the contexts of builds. */
export interface BuildFiles extends AsyncDisposable {
  readonly contexts: BuildContexts;
  readonly executor: Omit<Executor, 'run'>;
}

/** Of a context, of an archive that ADD unpacks, and, as bytes, of a download. */
const LIMITS: ArchiveLimits = { entries: 2_000_000, bytes: 64 * 1024 ** 3 };

/** Throws away what builds of an engine that died have left. */
export function openBuildFiles({ root, run, launcher, layers, leases, trees, runGit, inflateByTool, logger, limits: given }: BuildFilesOptions): BuildFiles {
  const limits = { ...LIMITS, ...given };
  const workspace = new BuildWorkspace(root, logger);
  const files = new FileService();
  const views = createOverlayViews(launcher, run);
  const fileExecutor = new FileExecutor({ views, layers, workspace, files, leases, limits, adopt: (...parameters) => layers.adopt(...parameters) });
  const fetchExecutor = new FetchExecutor({ workspace, files, runGit, downloadLimit: limits.bytes });
  return {
    contexts: new DiskBuildContexts({ workspace, trees, files, runGit, inflateByTool, limits }),
    executor: {
      file: (...parameters) => fileExecutor.file(...parameters),
      fileKey: (...parameters) => fileExecutor.fileKey(...parameters),
      treeKey: (...parameters) => fileExecutor.treeKey(...parameters),
      git: (...parameters) => fetchExecutor.git(...parameters),
      http: (...parameters) => fetchExecutor.http(...parameters),
    },
    async [Symbol.asyncDispose]() {
      await files[Symbol.asyncDispose]();
      await workspace.idle();
    },
  };
}
