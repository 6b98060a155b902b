import { EngineError } from '../../base/errors.ts';
import type { MountConfig } from '../../formats/docker/container-config.ts';
import { checkSource, checkTarget, isPropagation } from './mount-path.ts';
import type { BindMount, TmpfsMount, UserMount, VolumeMount } from './user-mount.ts';

/** What Docker takes in TmpfsOptions.Options; `Tmpfs` takes more. */
const TMPFS_OPTIONS = new Set(['exec', 'noexec']);

/** One entry of Mounts. Throws InvalidArgument in Docker's words. */
export function parseMount(mount: MountConfig): UserMount {
  if (mount.Target === '') throw invalid(mount, 'field Target must not be empty');
  switch (mount.Type) {
    case 'bind':
      return bindOf(mount);
    case 'volume':
      return volumeOf(mount);
    case 'tmpfs':
      return tmpfsOf(mount);
    default:
      throw invalid(mount, 'mount type unknown');
  }
}

function bindOf(mount: MountConfig): BindMount {
  const target = checkTarget(mount.Target, prefixOf(mount));
  if (!mount.Source) throw invalid(mount, 'field Source must not be empty');
  const options = mount.BindOptions ?? {};
  const propagation = options.Propagation || 'rprivate';
  if (!isPropagation(propagation)) throw invalid(mount, `invalid propagation mode: ${propagation.slice(0, 256)}`);
  forbid(mount, 'VolumeOptions', 'TmpfsOptions');
  const { ReadOnlyNonRecursive: top, ReadOnlyForceRecursive: forced } = options;
  if (top && !mount.ReadOnly) throw invalid(mount, 'mount options conflict: !ReadOnly && BindOptions.ReadOnlyNonRecursive');
  if (forced && !mount.ReadOnly) throw invalid(mount, 'mount options conflict: !ReadOnly && BindOptions.ReadOnlyForceRecursive');
  if (top && forced) throw invalid(mount, 'mount options conflict: ReadOnlyNonRecursive && BindOptions.ReadOnlyForceRecursive');
  return {
    type: 'bind',
    source: checkSource(mount.Source, prefixOf(mount)),
    target,
    readonly: mount.ReadOnly ? (top ? 'top' : 'all') : false,
    recursive: !options.NonRecursive,
    propagation,
    createSource: options.CreateMountpoint ?? false,
  };
}

function volumeOf(mount: MountConfig): VolumeMount {
  const target = checkTarget(mount.Target, prefixOf(mount));
  forbid(mount, 'BindOptions', 'TmpfsOptions');
  const { NoCopy, Subpath, DriverConfig, Labels } = mount.VolumeOptions ?? {};
  const name = mount.Source ?? '';
  const subpath = Subpath ?? '';
  if (subpath !== '' && name === '') throw invalid(mount, 'must not set Subpath when using anonymous volumes');
  if (subpath.startsWith('/') || subpath.split('/').includes('..') || subpath.includes('\0'))
    throw invalid(mount, 'subpath must be a relative path within the volume');
  if (mount.ReadOnly && name === '') throw invalid(mount, 'must not set ReadOnly mode when using anonymous volumes');
  return {
    type: 'volume',
    name,
    target,
    readonly: mount.ReadOnly ?? false,
    nocopy: NoCopy ?? false,
    subpath,
    driver: DriverConfig?.Name ?? '',
    driverOptions: DriverConfig?.Options ?? {},
    labels: Labels ?? {},
  };
}

function tmpfsOf(mount: MountConfig): TmpfsMount {
  const target = checkTarget(mount.Target, prefixOf(mount));
  forbid(mount, 'BindOptions', 'VolumeOptions');
  if (mount.Source) throw invalid(mount, 'field Source must not be specified');
  const { SizeBytes, Mode, Options } = mount.TmpfsOptions ?? {};
  if (SizeBytes && SizeBytes < 0) throw invalid(mount, `TmpfsOptions.SizeBytes: ${SizeBytes} is negative`);
  if (Mode && (Mode < 0 || Mode > 0o7777)) throw invalid(mount, `TmpfsOptions.Mode: ${Mode} is not in the range from 0 to 07777`);
  const more = (Options ?? []).map(([name, value]) => {
    if (name === undefined) throw invalid(mount, 'invalid option array length');
    if (!TMPFS_OPTIONS.has(name)) throw invalid(mount, `invalid option: ${name.slice(0, 100)}`);
    return value === undefined ? name : `${name}=${value}`;
  });
  const options = [...(mount.ReadOnly ? ['ro'] : []), ...(Mode ? [`mode=${Mode.toString(8)}`] : []), ...(SizeBytes ? [`size=${SizeBytes}`] : []), ...more];
  return { type: 'tmpfs', target, options };
}

function forbid(mount: MountConfig, ...fields: readonly ('BindOptions' | 'VolumeOptions' | 'TmpfsOptions')[]): void {
  for (const field of fields) if (mount[field]) throw invalid(mount, `field ${field} must not be specified`);
}

function prefixOf(mount: MountConfig): string {
  return `invalid mount config for type "${mount.Type.slice(0, 100)}": `;
}

function invalid(mount: MountConfig, why: string): EngineError {
  return new EngineError('InvalidArgument', prefixOf(mount) + why);
}
