import type { MountPoint } from '../container-service.ts';
import type { BindMount, TmpfsMount } from './user-mount.ts';

/** A mount as inspect shows it. */
export function mountPointOf(mount: BindMount | TmpfsMount): MountPoint {
  if (mount.type === 'tmpfs') return { type: 'tmpfs', source: '', destination: mount.target, readonly: mount.options.includes('ro'), propagation: '' };
  return { type: 'bind', source: mount.source, destination: mount.target, readonly: mount.readonly !== false, propagation: mount.propagation };
}
