import { EngineError } from '../base/errors.ts';
import { MS } from './constants.ts';

/** What each word of a mount's options sets and clears. */
export const MOUNT_WORDS: Readonly<Record<string, readonly [set: number, clear: number]>> = {
  ro: [MS.RDONLY, 0],
  rw: [0, MS.RDONLY],
  nosuid: [MS.NOSUID, 0],
  suid: [0, MS.NOSUID],
  nodev: [MS.NODEV, 0],
  dev: [0, MS.NODEV],
  noexec: [MS.NOEXEC, 0],
  exec: [0, MS.NOEXEC],
  noatime: [MS.NOATIME, 0],
  atime: [0, MS.NOATIME],
  nodiratime: [MS.NODIRATIME, 0],
  diratime: [0, MS.NODIRATIME],
  relatime: [MS.RELATIME, 0],
  norelatime: [0, MS.RELATIME],
  strictatime: [MS.STRICTATIME, 0],
  nostrictatime: [0, MS.STRICTATIME],
  defaults: [0, 0],
  rprivate: [0, 0],
  private: [0, 0],
};
/** tmpfs(5): sizes in bytes or with a suffix, and of a size in percent of memory; modes in octal. */
const DATA: Readonly<Record<string, RegExp>> = {
  size: /^[0-9]{1,18}[kmg%]?$/i,
  nr_blocks: /^[0-9]{1,18}[kmg]?$/i,
  nr_inodes: /^[0-9]{1,18}[kmg]?$/i,
  mode: /^[0-7]{1,5}$/,
  uid: /^[0-9]{1,9}$/,
  gid: /^[0-9]{1,9}$/,
  huge: /^(never|always|within_size|advise)$/,
};

/** Flags and data of a tmpfs mount: Docker's defaults (nosuid, nodev, noexec), changed by the options in order. */
export function tmpfsOptions(options: readonly string[]): { readonly flags: number; readonly data: string } {
  let flags = MS.NOSUID | MS.NODEV | MS.NOEXEC;
  const data = new Map<string, string>();
  for (const option of options) {
    const [name = '', value] = option.split('=', 2);
    if (value === undefined && Object.hasOwn(MOUNT_WORDS, name)) {
      const [set, clear] = MOUNT_WORDS[name] ?? [0, 0];
      flags = (flags & ~clear) | set;
    } else if (value !== undefined && Object.hasOwn(DATA, name) && DATA[name]?.test(value) && option === `${name}=${value}`) data.set(name, option);
    else throw new EngineError('InvalidArgument', `invalid tmpfs option [${JSON.stringify(option.slice(0, 100))}]`);
  }
  return { flags, data: [...data.values()].join(',') };
}
