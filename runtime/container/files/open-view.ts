import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { CLONE, O } from '../../sys/constants.ts';
import type { ContainerPlan, Launcher } from '../../sys/launcher/launcher.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { removeRunDirectory } from '../directories.ts';
import type { OpenedRoot } from './root-uses.ts';

export const ROOT_FLAGS = O.PATH | constants.O_DIRECTORY;

export interface ViewPlace {
  /** 64 hex digits. */
  readonly id: string;
  /** The directory to make for the time of the view. */
  readonly runDirectory: string;
}

/** Mounts what `mounts` say in a child that waits to be started and never is. Nothing is left once it is disposed of. */
export async function openView(launcher: Launcher, { id, runDirectory }: ViewPlace, mounts: readonly Op[]): Promise<OpenedRoot> {
  await using undo = new AsyncDisposableStack();
  mkdirSync(runDirectory, { mode: 0o700 });
  undo.defer(() => removeRunDirectory(runDirectory));
  const plan: ContainerPlan = {
    id,
    runDirectory,
    tty: false,
    openStdin: false,
    stdinOnce: false,
    cloneFlags: CLONE.NEWNS,
    newCgroupNamespace: false,
    cgroup: { v1Tasks: [] },
    joinNamespaces: [],
    hostNetlink: [],
    setup: [{ op: 'slave-root' }, ...mounts, { op: 'pivot-root' }],
  };
  const prepared = await launcher.prepare(plan);
  undo.defer(() => prepared.abort());
  const fd = openSync(`/proc/${prepared.pid}/root`, ROOT_FLAGS);
  undo.defer(() => closeSync(fd));
  const kept = undo.move();
  return { fd, pid: prepared.pid, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
