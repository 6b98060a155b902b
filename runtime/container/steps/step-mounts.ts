import { chmodSync, chownSync, constants, mkdirSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MS } from '../../sys/constants.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import type { StorageMount } from '../launch/storage.ts';
import type { StepMount } from './step.ts';

/** Operations for the mounts of a step. What they need to be written to goes below `scratch`, which is made when it is needed. */
export async function stepMounts(mounts: readonly StepMount[], scratch: string): Promise<StorageMount[]> {
  const made: StorageMount[] = [];
  for (const [position, mount] of mounts.entries()) made.push({ target: mount.target, op: await opOf(mount, join(scratch, String(position))) });
  return made;
}

async function opOf(mount: StepMount, scratch: string): Promise<Op> {
  const { target } = mount;
  switch (mount.kind) {
    case 'bind': {
      const place = mount.beneath === undefined || mount.beneath === '' ? {} : { beneath: mount.beneath };
      const source = mount.isCopy === true ? await copyOf(mount.source, scratch) : mount.source;
      return { op: 'bind', source, ...place, target, recursive: false, readonly: mount.readonly && 'all', propagation: MS.PRIVATE };
    }
    case 'overlay': {
      const { lower, writes } = mount;
      if (writes === 'none') return { op: 'overlay', lower, target };
      return { op: 'overlay', lower, ...(writes === 'scratch' ? makeScratch(scratch, lower) : writes), target, volatile: writes === 'scratch' };
    }
    case 'tmpfs':
      return {
        op: 'mount',
        fstype: 'tmpfs',
        source: 'tmpfs',
        target,
        flags: MS.NOSUID,
        data: mount.size === undefined ? '' : `size=${mount.size}`,
        create: 0o755,
      };
    case 'content':
      return { op: 'content', target, content: mount.content, mode: mount.mode, uid: mount.uid, gid: mount.gid };
  }
}

async function copyOf(source: string, scratch: string): Promise<string> {
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const copy = join(scratch, 'file');
  await copyFile(source, copy, constants.COPYFILE_FICLONE);
  const { uid, gid, mode } = statSync(source);
  chownSync(copy, uid, gid);
  chmodSync(copy, mode & 0o7777);
  return copy;
}

/** The root of an overlay is as its upper directory. */
function makeScratch(path: string, [top = path]: readonly string[]): { readonly upper: string; readonly work: string } {
  const [upper, work] = [join(path, 'upper'), join(path, 'work')];
  for (const directory of [upper, work]) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { uid, gid, mode } = statSync(top);
  chownSync(upper, uid, gid);
  chmodSync(upper, mode & 0o7777);
  return { upper, work };
}
