import { readFileSync, realpathSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { type Mount, parseMountinfo } from '../../sys/mountinfo.ts';
import type { BindMount, UserMount } from '../spec/user-mount.ts';

/**
 * Mounts reach a container, or come from it, only where the source lies on a mount that sends or receives them. Throws InvalidArgument
 * in Docker's words. The table of mounts is read for binds with another propagation than private alone.
 */
export function checkPropagation(mounts: readonly UserMount[]): void {
  const propagating = mounts.filter((mount): mount is BindMount => mount.type === 'bind' && !mount.propagation.endsWith('private'));
  if (propagating.length === 0) return;
  const table = parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8'));
  for (const mount of propagating) checkSource(mount, realpathSync(mount.source), table);
}

/** As `checkPropagation`, for one mount whose source is `path` without links. Pure. */
export function checkSource({ source, propagation }: BindMount, path: string, table: readonly Mount[]): void {
  const place = mountOf(path, table);
  const has = (tag: string): boolean => place?.propagation.some((word) => word.startsWith(tag)) ?? false;
  const isShared = propagation.endsWith('shared');
  if (has('shared:') || (!isShared && has('master:'))) return;
  const wanted = isShared ? 'a shared mount' : 'a shared or slave mount';
  throw new EngineError('InvalidArgument', `path ${source} is mounted on ${place?.mountPoint ?? '/'} but it is not ${wanted}`);
}

/** The one mounted last covers those before it at the same place. */
function mountOf(path: string, table: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of table) {
    const isAbove = mount.mountPoint === '/' || path === mount.mountPoint || path.startsWith(`${mount.mountPoint}/`);
    if (isAbove && mount.mountPoint.length >= (found?.mountPoint.length ?? 0)) found = mount;
  }
  return found;
}
