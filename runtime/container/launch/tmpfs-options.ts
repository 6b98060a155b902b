import { EngineError } from '../../base/errors.ts';
import { MS } from '../../sys/constants.ts';

/** What each word sets and clears. */
const WORDS: Readonly<Record<string, readonly [set: number, clear: number]>> = {
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
  relatime: [MS.RELATIME, 0],
  strictatime: [MS.STRICTATIME, 0],
  defaults: [0, 0],
  rprivate: [0, 0],
  private: [0, 0],
};
const DATA = /^(size|nr_blocks|nr_inodes|mode|uid|gid|huge)=[0-9a-z_%]+$/i;

/** Flags and data of a tmpfs mount: Docker's defaults (nosuid, nodev, noexec), changed by the options in order. */
export function tmpfsOptions(options: readonly string[]): { readonly flags: number; readonly data: string } {
  let flags = MS.NOSUID | MS.NODEV | MS.NOEXEC;
  const data = new Map<string, string>();
  for (const option of options) {
    const word = Object.hasOwn(WORDS, option) ? WORDS[option] : undefined;
    if (word !== undefined) flags = (flags & ~word[1]) | word[0];
    else if (DATA.test(option)) data.set(option.slice(0, option.indexOf('=')), option);
    else throw new EngineError('InvalidArgument', `invalid tmpfs option ${JSON.stringify(option.slice(0, 100))}`);
  }
  return { flags, data: [...data.values()].join(',') };
}
