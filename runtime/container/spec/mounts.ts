import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import { parseBind } from './bind-text.ts';
import { parseMount } from './mount-object.ts';
import { checkTarget } from './mount-path.ts';
import type { TmpfsMount, UserMount } from './user-mount.ts';

const MOST_MOUNTS = 2048;
/** As many as the launcher holds open. */
const MOST_SHARED = 64;

/** All mounts of a host configuration, parents before children. Throws InvalidArgument in Docker's words. */
export function userMountsOf(host: HostConfig): UserMount[] {
  const mounts = [
    ...(host.Binds ?? []).map((text) => parseBind(text, host.VolumeDriver ?? '')),
    ...(host.Mounts ?? []).map(parseMount),
    ...Object.entries(host.Tmpfs ?? {}).map(
      ([target, options]): TmpfsMount => ({
        type: 'tmpfs',
        target: checkTarget(target, 'Tmpfs: '),
        options: options.split(',').filter((option) => option !== ''),
      }),
    ),
  ];
  if (mounts.length > MOST_MOUNTS) throw new EngineError('InvalidArgument', `Binds, Mounts, Tmpfs: ${mounts.length} are more than ${MOST_MOUNTS}`);
  const seen = new Set<string>();
  for (const { target } of mounts) {
    if (seen.has(target)) throw new EngineError('InvalidArgument', `Duplicate mount point: ${target}`);
    seen.add(target);
  }
  checkShared(mounts);
  return mounts.sort((left, right) => depth(left.target) - depth(right.target));
}

/** A mount below a shared one would be the host's as well, and stay there. */
function checkShared(mounts: readonly UserMount[]): void {
  const shared = mounts.filter((mount) => mount.type === 'bind' && mount.propagation.endsWith('shared'));
  if (shared.length > MOST_SHARED)
    throw new EngineError('InvalidArgument', `Binds, Mounts: ${shared.length} with shared propagation are more than ${MOST_SHARED}`);
  for (const { target } of shared) {
    const below = mounts.find((mount) => mount.target.startsWith(`${target}/`));
    if (below !== undefined) throw new EngineError('InvalidArgument', `invalid mount: ${below.target} is below ${target}, whose propagation is shared`);
  }
}

function depth(path: string): number {
  return path.split('/').length;
}
