import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { HostConfig, MountConfig } from '../../formats/docker/container-config.ts';

export type Propagation = 'private' | 'rprivate' | 'shared' | 'rshared' | 'slave' | 'rslave';

/** A mount that the user asked for, in one form whichever of Binds, Mounts and Tmpfs it came from. */
export type UserMount =
  | {
      readonly type: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readonly: boolean;
      readonly recursive: boolean;
      readonly propagation: Propagation;
      /** Make a missing source as a directory (Binds) instead of failing (Mounts). */
      readonly createSource: boolean;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly options: readonly string[] };

const PROPAGATIONS: ReadonlySet<string> = new Set(['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave']);
/** Accepted for the sake of other platforms; they change nothing here. */
const IGNORED_MODES = new Set(['rw', 'z', 'Z', 'nocopy', 'consistent', 'cached', 'delegated', '']);
/** Files of /proc that may be covered one by one; lxcfs does. */
const COVERABLE_PROC = new Set(
  ['cpuinfo', 'diskstats', 'meminfo', 'stat', 'swaps', 'uptime', 'loadavg', 'slabinfo', 'net/dev', 'sys/kernel/ns_last_pid'].map((name) => `/proc/${name}`),
);

/** All mounts of a host configuration, parents before children. Throws InvalidArgument naming the field. */
export function userMountsOf(host: HostConfig): UserMount[] {
  const mounts = [
    ...(host.Binds ?? []).map(parseBind),
    ...(host.Mounts ?? []).map(parseMount),
    ...Object.entries(host.Tmpfs ?? {}).map(([target, options]) => tmpfs(target, options.split(','))),
  ];
  const seen = new Set<string>();
  for (const { target } of mounts) {
    if (seen.has(target)) throw new EngineError('InvalidArgument', `Duplicate mount point: ${target}`);
    seen.add(target);
  }
  return mounts.sort((left, right) => depth(left.target) - depth(right.target));
}

function parseBind(text: string): UserMount {
  const [source, target, mode, ...rest] = text.split(':');
  if (source === undefined || target === undefined || rest.length > 0) throw invalidVolume(text);
  if (!source.startsWith('/')) throw unsupportedVolume(source);
  let readonly = false;
  let propagation: Propagation = 'rprivate';
  for (const word of (mode ?? '').split(',')) {
    if (word === 'ro') readonly = true;
    else if (isPropagation(word)) propagation = word;
    else if (!IGNORED_MODES.has(word)) throw new EngineError('InvalidArgument', `invalid mode: ${mode}`);
  }
  return { type: 'bind', source: cleanPath(source), target: checkTarget(target, text), readonly, recursive: true, propagation, createSource: true };
}

function parseMount(mount: MountConfig): UserMount {
  switch (mount.Type) {
    case 'bind': {
      const source = mount.Source ?? '';
      if (!source.startsWith('/')) throw invalidMount('bind', `invalid mount path: '${source}' mount path must be absolute`);
      const propagation = mount.BindOptions?.Propagation || 'rprivate';
      if (!isPropagation(propagation)) throw invalidMount('bind', `invalid propagation mode: ${propagation}`);
      return {
        type: 'bind',
        source: cleanPath(source),
        target: checkTarget(mount.Target, mount.Target),
        readonly: mount.ReadOnly ?? false,
        recursive: !(mount.BindOptions?.NonRecursive ?? false),
        propagation,
        createSource: mount.BindOptions?.CreateMountpoint ?? false,
      };
    }
    case 'tmpfs': {
      if (mount.Source) throw invalidMount('tmpfs', 'field Source must not be specified');
      const size = mount.TmpfsOptions?.SizeBytes;
      const mode = mount.TmpfsOptions?.Mode;
      return tmpfs(mount.Target, [...(mount.ReadOnly ? ['ro'] : []), ...(size ? [`size=${size}`] : []), ...(mode ? [`mode=${mode.toString(8)}`] : [])]);
    }
    case 'volume':
      throw unsupportedVolume(mount.Source ?? '');
    default:
      throw new EngineError('InvalidArgument', `invalid mount config for type ${JSON.stringify(mount.Type.slice(0, 100))}: mount type unknown`);
  }
}

function tmpfs(target: string, options: readonly string[]): UserMount {
  return { type: 'tmpfs', target: checkTarget(target, target), options: options.filter((option) => option !== '') };
}

function checkTarget(target: string, whole: string): string {
  if (!target.startsWith('/') || target.includes('\0')) {
    throw new EngineError('InvalidArgument', `invalid volume specification: '${whole}': invalid mount path: '${target}' mount path must be absolute`);
  }
  const clean = cleanPath(target);
  if (clean === '/') throw new EngineError('InvalidArgument', `invalid volume specification: '${whole}': invalid specification: destination can't be '/'`);
  if ((clean === '/proc' || clean.startsWith('/proc/')) && !COVERABLE_PROC.has(clean)) {
    throw new EngineError('InvalidArgument', `"${clean}" cannot be mounted because it is inside /proc`);
  }
  return clean;
}

function cleanPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/+$/, '');
}

function isPropagation(word: string): word is Propagation {
  return PROPAGATIONS.has(word);
}

function depth(path: string): number {
  return path.split('/').length;
}

function invalidVolume(text: string): EngineError {
  return new EngineError('InvalidArgument', `invalid volume specification: '${text}'`);
}

function invalidMount(type: string, why: string): EngineError {
  return new EngineError('InvalidArgument', `invalid mount config for type "${type}": ${why}`);
}

function unsupportedVolume(name: string): EngineError {
  return new EngineError('Unsupported', `named volumes are not supported by this engine: ${name || '(anonymous)'}; use a bind or tmpfs mount`);
}
