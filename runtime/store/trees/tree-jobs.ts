import { closeSync, fstatSync, readSync } from 'node:fs';
import { bytesOfText } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import { O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { type ArchiveLimits, BoundedHandler } from './archive-limits.ts';
import { type ArchiveOptions, ArchiveWriter } from './archive-writer.ts';
import { type ByteRange, type FilePlace, makeDirectoryInRoot, readFileInRoot, removeInRoot, renameInRoot, replaceInRoot, writeFileInRoot } from './browse.ts';
import { type Change, changesOf, type UpperDirectories } from './changes.ts';
import { archivePath, baseOf, evaluate, openInRoot, pinInRoot } from './in-root.ts';
import { type DirectoryPage, type ListOptions, listInRoot, lookInRoot } from './list-directory.ts';
import { TreePacker } from './pack-tree.ts';
import { explained, type PathStat, statInRoot } from './path-stat.ts';
import { PipeOutput } from './pipe-output.ts';
import { rebuildArchive } from './rebuild-archive.ts';
import { TreeNode } from './tree-node.ts';
import { unchangedPlaces } from './unchanged-places.ts';

export interface StatJob {
  readonly kind: 'stat';
  /** Descriptor of the directory that is `/` for `path`; the job's owner keeps it open. */
  readonly root: number;
  readonly path: string;
}

export interface PackJob {
  readonly kind: 'pack';
  readonly root: number;
  readonly path: string;
  /** Paths of directories that are written without their content. */
  readonly closed: readonly string[];
  /** The whole root without a name of its own, as an export has it, instead of one path under its own name. */
  readonly isWhole: boolean;
}

export interface PackLayerJob {
  readonly kind: 'pack-layer';
  /** An upper directory of the engine's and the layers below it, top first. */
  readonly upper: string;
  readonly lower: readonly string[];
  readonly omitted: readonly string[];
}

export interface RebuildJob {
  readonly kind: 'rebuild';
  /** An unpacked layer and how its archive was made. */
  readonly directory: string;
  readonly recipe: string;
}

export interface UnpackJob extends ArchiveOptions {
  readonly kind: 'unpack';
  readonly root: number;
  readonly path: string;
  /** Whether what is on the root's own file system must not be written to. */
  readonly isRootReadonly: boolean;
  /** undefined: as much as there is room for. */
  readonly limits?: ArchiveLimits;
}

export interface ChangesJob extends UpperDirectories {
  readonly kind: 'changes';
}

export interface ListJob extends ListOptions {
  readonly kind: 'list';
  readonly root: number;
  readonly path: string;
}

export interface LookJob {
  readonly kind: 'look';
  readonly root: number;
  readonly path: string;
  readonly follow: boolean;
}

/** Done to one path beneath `root`. */
export interface PathJob {
  readonly kind: 'remove' | 'make-directory';
  readonly root: number;
  readonly path: string;
  readonly isRootReadonly: boolean;
}

export interface RenameJob {
  readonly kind: 'rename';
  readonly root: number;
  readonly path: string;
  readonly to: string;
  readonly isRootReadonly: boolean;
}

/** The bytes of one file. */
export interface ReadFileJob extends ByteRange {
  readonly kind: 'read-file';
  readonly root: number;
  readonly path: string;
}

/** Of a file that is first made beside its place, so that nobody finds a half of it. */
export interface WriteFileJob extends FilePlace {
  readonly kind: 'write-file' | 'replace';
  readonly root: number;
}

/** `pipe`: the end that the job writes its archive to, or reads it from, and closes. */
export type TreeJob =
  | StatJob
  | ChangesJob
  | ListJob
  | LookJob
  | PathJob
  | RenameJob
  | (WriteFileJob & { readonly kind: 'replace' })
  | (((WriteFileJob & { readonly kind: 'write-file' }) | ReadFileJob | PackJob | PackLayerJob | RebuildJob | UnpackJob) & { readonly pipe: number });

export type TreeResult = PathStat | DirectoryPage | ReturnType<typeof lookInRoot> | readonly Change[] | undefined;

const CHUNK = 1024 * 1024;

/** Does one job, blocking the thread. */
export function runTreeJob(sys: Syscalls, job: TreeJob): TreeResult {
  switch (job.kind) {
    case 'stat':
      return statInRoot(sys, job.root, job.path);
    case 'changes':
      return changesOf(sys, job.upper, job.lower, new Set(job.omitted));
    case 'list':
      return listInRoot(sys, job.root, job.path, job);
    case 'look':
      return lookInRoot(sys, job.root, job.path, job.follow);
    case 'remove':
      removeInRoot(sys, job.root, job.path, job.isRootReadonly);
      return undefined;
    case 'rename':
      renameInRoot(sys, job.root, job.path, job.to, job.isRootReadonly);
      return undefined;
    case 'replace':
      replaceInRoot(sys, job.root, job);
      return undefined;
    case 'make-directory':
      makeDirectoryInRoot(sys, job.root, job.path, job.isRootReadonly);
      return undefined;
    default:
      try {
        if (job.kind === 'unpack') unpack(sys, job, job.pipe);
        else if (job.kind === 'read-file') readFileInRoot(sys, job.root, job.path, job, job.pipe);
        else if (job.kind === 'write-file') writeFileInRoot(sys, job.root, job, job.pipe);
        else if (job.kind === 'pack') pack(sys, job, job.pipe);
        else if (job.kind === 'rebuild') rebuildArchive(sys, job, new PipeOutput(job.pipe));
        else packLayer(sys, job, job.pipe);
      } catch (error) {
        if (hasCode(error, 'EPIPE')) throw new EngineError('Canceled', 'the transfer was stopped', { cause: error });
        throw error;
      } finally {
        closeSync(job.pipe);
      }
      return undefined;
  }
}

function pack(sys: Syscalls, job: PackJob, pipe: number): void {
  const path = archivePath(job.path);
  using node = TreeNode.of(
    sys,
    explained(job.path, () => pinInRoot(sys, job.root, path)),
  );
  const output = new PipeOutput(pipe);
  const packer = new TreePacker(sys, output, { asLayer: false, omitted: new Set(), closed: identitiesOf(sys, job) });
  if (job.isWhole) packer.packInside(node, Buffer.alloc(0));
  else packer.pack(node, bytesOfText(baseOf(path)));
  output.finish();
}

function packLayer(sys: Syscalls, job: PackLayerJob, pipe: number): void {
  using root = TreeNode.at(job.upper);
  const output = new PipeOutput(pipe);
  new TreePacker(sys, output, { asLayer: true, omitted: unchangedPlaces(sys, job), closed: new Set() }).packInside(root, Buffer.alloc(0));
  output.finish();
}

function identitiesOf(sys: Syscalls, { root, closed }: PackJob): Set<string> {
  const found = new Set<string>();
  for (const path of closed) {
    try {
      using node = TreeNode.of(sys, openInRoot(sys, root, path, O.PATH | O.NOFOLLOW | O.DIRECTORY));
      found.add(node.identity);
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) throw error;
    }
  }
  return found;
}

function unpack(sys: Syscalls, job: UnpackJob, pipe: number): void {
  using writer = new ArchiveWriter(sys, targetOf(sys, job), job);
  const reader = new TarReader(job.limits === undefined ? writer : new BoundedHandler(writer, job.limits));
  const buffer = Buffer.allocUnsafeSlow(CHUNK);
  for (;;) {
    const count = readSync(pipe, buffer, 0, CHUNK, null);
    if (count === 0) break;
    reader.push(buffer.subarray(0, count));
  }
  reader.finish();
  writer.finish();
}

/** The directory to unpack into, held. What it is reached by is asked once more for links on the way of entries. */
function targetOf(sys: Syscalls, job: UnpackJob): { directory: number; root: number; path: string } {
  const path = archivePath(job.path);
  // Followed at the end: an extraction point is a place, not a name.
  const directory = explained(job.path, () => openDirectory(sys, job.root, path));
  try {
    if (job.isRootReadonly && fstatSync(directory).dev === fstatSync(job.root).dev) {
      throw new EngineError('PermissionDenied', 'container rootfs is marked read-only');
    }
    return { directory, root: job.root, path: evaluate(sys, job.root, path) };
  } catch (error) {
    closeSync(directory);
    throw error;
  }
}

function openDirectory(sys: Syscalls, root: number, path: string): number {
  try {
    return openInRoot(sys, root, path, O.RDONLY | O.DIRECTORY);
  } catch (error) {
    if (!hasCode(error, 'ENOTDIR')) throw error;
    using node = TreeNode.of(sys, openInRoot(sys, root, path.replace(/\/\.?$/, ''), O.PATH));
    if (node.format === S.IFDIR) throw error;
    throw new EngineError('Internal', 'extraction point is not a directory', { cause: error });
  }
}
