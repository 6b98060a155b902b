import { EngineError } from '../base/errors.ts';
import { tmpfsOptions } from '../sys/tmpfs-options.ts';
import { type FileSystem, fileSystemOf } from './file-system.ts';
import type { VolumeSource } from './volume-service.ts';

type Options = Readonly<Record<string, string>>;

/** Which options of Docker's local driver need which others. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { device: ['type'], type: ['device'], o: ['device', 'type'], size: [] };
/** Words of `o` for a bind and what they say. */
const BIND_WORDS: Readonly<Record<string, { readonly recursive?: boolean; readonly readonly?: boolean }>> = {
  bind: {},
  rbind: { recursive: true },
  ro: { readonly: true },
  rw: { readonly: false },
  defaults: {},
};
/** What Docker mounts a tmpfs volume with, other than a container's own tmpfs. */
const TMPFS_DEFAULTS = ['suid', 'dev', 'exec'];

/**
 * The source that the options of the local driver name; null: the plain directory of the volume. `type=none,o=bind,device=DIR` and
 * `type=tmpfs` are mounted in the container's namespace, other types once for all containers.
 * Throws InvalidArgument naming the option, Unsupported for what is Docker's but not here.
 */
export function sourceOfOptions(options: Options): VolumeSource | FileSystem | null {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(NEEDED, name)) throw new EngineError('InvalidArgument', `invalid option: ${JSON.stringify(name.slice(0, 100))}`);
  }
  for (const [name, others] of Object.entries(NEEDED)) {
    const missing = name in options ? others.find((other) => !(other in options)) : undefined;
    if (missing !== undefined) throw new EngineError('InvalidArgument', `missing required option: ${JSON.stringify(missing)}`);
  }
  if ('size' in options) throw new EngineError('Unsupported', 'option "size": quotas of volumes are not supported; use type=tmpfs with o=size=...');
  const { type, device = '', o = '' } = options;
  if (type === undefined) return null;
  const words = o.split(',').filter((word) => word !== '');
  if (type === 'tmpfs') {
    tmpfsOptions(words);
    return { kind: 'tmpfs', options: [...TMPFS_DEFAULTS, ...words] };
  }
  if (words.includes('bind') || words.includes('rbind')) return bindOf(device, words);
  return fileSystemOf(type, device, words);
}

function bindOf(device: string, words: readonly string[]): VolumeSource {
  if (!device.startsWith('/') || device.includes('\0')) {
    throw new EngineError('InvalidArgument', `option "device": ${JSON.stringify(device.slice(0, 256))} is not an absolute path`);
  }
  let source: Extract<VolumeSource, { kind: 'directory' }> = { kind: 'directory', path: device, recursive: false, readonly: false };
  for (const word of words) {
    const change = Object.hasOwn(BIND_WORDS, word) ? BIND_WORDS[word] : undefined;
    if (change === undefined) throw new EngineError('InvalidArgument', `option "o": ${JSON.stringify(word.slice(0, 100))} is not one of bind, rbind, ro, rw`);
    source = { ...source, ...change };
  }
  return source;
}
