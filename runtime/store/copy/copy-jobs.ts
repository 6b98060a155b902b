import { closeSync, fstatSync, readSync } from 'node:fs';
import type { Digest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';

import { O, S } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import type { ArchiveLimits } from '../trees/archive-limits.ts';
import { openInRoot } from '../trees/in-root.ts';
import { TreeNode } from '../trees/tree-node.ts';
import { cancellationCheck } from './cancellation.ts';
import { type DigestedFiles, digestOfFiles } from './content-digest.ts';
import { type CopyAction, runCopyActions } from './copy-actions.ts';
import { exclusionOf } from './exclusion.ts';
import { removeIgnored } from './remove-ignored.ts';

interface Cancelable {
  /** Of a Cancellation. */
  readonly flag: SharedArrayBuffer;
}

export interface CopyJob extends Cancelable {
  readonly kind: 'copy';
  /** The tree that is written to. */
  readonly root: number;
  readonly actions: readonly CopyAction[];
  readonly time: bigint | undefined;
  readonly umask: number;
  readonly limits: ArchiveLimits;
}

export interface DigestJob extends Cancelable {
  readonly kind: 'digest';
  readonly files: DigestedFiles;
}

export interface IgnoreJob extends Cancelable {
  readonly kind: 'ignore';
  readonly root: number;
  /** Of a .dockerignore. */
  readonly patterns: readonly string[];
}

export interface ReadJob {
  readonly kind: 'read';
  readonly root: number;
  readonly path: string;
  readonly limit: number;
}

/** Nothing: for a thread to be there. */
interface IdleJob {
  readonly kind: 'idle';
}

export type FileJob = CopyJob | DigestJob | IgnoreJob | ReadJob | IdleJob;
export type FileResult = Digest | Uint8Array | undefined;

/** Does one job, blocking the thread. */
export async function runFileJob(sys: Syscalls, job: FileJob): Promise<FileResult> {
  switch (job.kind) {
    case 'copy':
      await runCopyActions(sys, { ...job, check: cancellationCheck(job.flag) }, job.actions);
      return undefined;
    case 'digest':
      return digestOfFiles(sys, job.files, cancellationCheck(job.flag));
    case 'ignore':
      ignore(sys, job);
      return undefined;
    case 'idle':
      return undefined;
    case 'read':
      return readFile(sys, job);
  }
}

function ignore(sys: Syscalls, { root, patterns, flag }: IgnoreJob): void {
  const exclusion = exclusionOf(patterns);
  if (exclusion === undefined) return;
  using directory = TreeNode.of(sys, openInRoot(sys, root, '/', O.PATH | O.DIRECTORY));
  removeIgnored(directory, exclusion, cancellationCheck(flag));
}

/** Only a regular file is opened; undefined where there is none. */
function readFile(sys: Syscalls, { root, path, limit }: ReadJob): Uint8Array | undefined {
  let fd: number;
  try {
    fd = openInRoot(sys, root, path, O.PATH);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) return undefined;
    throw error;
  }
  using node = TreeNode.of(sys, fd);
  if (node.format !== S.IFREG) return undefined;
  const file = node.open();
  try {
    const { size } = fstatSync(file);
    if (size > limit) throw new EngineError('TooLarge', `${JSON.stringify(path.slice(0, 200))} has ${size} bytes, more than ${limit}`);
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, readSync(file, bytes, 0, size, 0));
  } finally {
    closeSync(file);
  }
}
