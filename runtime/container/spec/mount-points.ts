import { EngineError } from '../../base/errors.ts';
import type { MountPoint } from '../container-service.ts';
import type { UserMount } from './user-mount.ts';

/** Mounts as inspect shows them. Throws Unsupported for a volume, which this engine does not keep yet. */
export function mountPointsOf(mounts: readonly UserMount[]): MountPoint[] {
  return mounts.map((mount) => {
    switch (mount.type) {
      case 'bind':
        return { type: 'bind', source: mount.source, destination: mount.target, readonly: mount.readonly !== false, propagation: mount.propagation };
      case 'tmpfs':
        return { type: 'tmpfs', source: '', destination: mount.target, readonly: mount.options.includes('ro'), propagation: '' };
      case 'volume':
        throw new EngineError('Unsupported', `named volumes are not supported by this engine: ${mount.name || '(anonymous)'}; use a bind or tmpfs mount`);
    }
  });
}
