import { closeSync, mkdirSync, readdirSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { AT, MNT, MS, O, RESOLVE } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import type { ImageContent } from '../volume-service.ts';
import { copyTree } from './copy-tree.ts';

export interface CopyUpJob extends ImageContent {
  /** The directory that is filled; it must be empty, else nothing happens. */
  readonly target: string;
  /** Below the target; empty: itself. */
  readonly subpath: string;
  /** Make the target, if there is anything to copy. */
  readonly makesTarget: boolean;
}

const DIRECTORY = O.RDONLY | O.DIRECTORY;
/** mount(2) takes one page of options. */
const PAGE = 4095;

/**
 * Copies what the image has at `path` into the target. The image is mounted meanwhile, so the thread must be in a mount namespace of
 * its own. Links in the image lead to places in the image.
 */
export function copyImageFiles(sys: Syscalls, job: CopyUpJob): void {
  const { upper, lower, work } = job.overlay;
  // The snapshot's empty upper directory makes them two at least, as overlayfs wants.
  mountLayers(sys, [upper, ...lower], work);
  try {
    withDirectory(
      () => sys.openat2(AT.FDCWD, work, { flags: DIRECTORY | O.NOFOLLOW }),
      (root) =>
        withDirectory(
          () => sys.openat2(root, job.path, { flags: DIRECTORY, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS }),
          (source) => copyInto(sys, source, job),
        ),
    );
  } finally {
    sys.umount2(work, MNT.DETACH);
  }
}

/** As copyImageFiles, for an image that has no more than the empty directory at the host's `path`: one of its layers, which nobody changes. */
export function copyEmptyDirectory(sys: Syscalls, path: string, job: CopyUpJob): void {
  withDirectory(
    () => sys.openat2(AT.FDCWD, path, { flags: DIRECTORY | O.NOFOLLOW }),
    (source) => copyInto(sys, source, job),
  );
}

function copyInto(sys: Syscalls, source: number, { target, subpath, makesTarget }: CopyUpJob): void {
  if (makesTarget) mkdirSync(target, { mode: 0o700 });
  withDirectory(
    () => sys.openat2(AT.FDCWD, target, { flags: DIRECTORY }),
    (base) =>
      withDirectory(
        () => sys.openat2(base, subpath || '.', { flags: DIRECTORY, resolve: RESOLVE.BENEATH | RESOLVE.NO_MAGICLINKS }),
        (directory) => {
          if (readdirSync(`/proc/self/fd/${directory}`).length === 0) copyTree(sys, source, directory);
        },
      ),
  );
}

/** Nothing happens where there is no such directory. Descriptors are the whole process's: they must not outlive the thread. */
function withDirectory(open: () => number, use: (fd: number) => void): void {
  let fd: number;
  try {
    fd = open();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EXDEV')) return;
    throw error;
  }
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}

function mountLayers(sys: Syscalls, layers: readonly string[], place: string): void {
  const fds: number[] = [];
  try {
    for (const layer of layers) fds.push(sys.openat2(AT.FDCWD, layer, { flags: O.PATH | O.DIRECTORY | O.NOFOLLOW }));
    const data = `index=off,metacopy=off,redirect_dir=off,lowerdir=${fds.map((fd) => `/proc/self/fd/${fd}`).join(':')}`;
    if (data.length > PAGE) throw new EngineError('Unsupported', `an image of ${layers.length} layers has too many for its files to be copied to a volume`);
    sys.mount('overlay', place, 'overlay', MS.RDONLY, data);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}
