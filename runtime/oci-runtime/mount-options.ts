import { EngineError } from '../base/errors.ts';
import { MS } from '../sys/constants.ts';

export interface MountOptions {
  /** MS_* flags to set. */
  readonly flags: number;
  readonly bind: false | 'plain' | 'recursive';
  readonly propagation: number;
  /** What is left for the file system itself. */
  readonly data: string;
}

/** mount(8), FILESYSTEM-INDEPENDENT MOUNT OPTIONS; a negative form clears what stands before it. */
const SET: Readonly<Record<string, number>> = {
  ro: MS.RDONLY,
  nosuid: MS.NOSUID,
  nodev: MS.NODEV,
  noexec: MS.NOEXEC,
  noatime: MS.NOATIME,
  nodiratime: MS.NODIRATIME,
  relatime: MS.RELATIME,
  strictatime: MS.STRICTATIME,
};
const CLEAR: Readonly<Record<string, number>> = {
  rw: MS.RDONLY,
  suid: MS.NOSUID,
  dev: MS.NODEV,
  exec: MS.NOEXEC,
  atime: MS.NOATIME,
  diratime: MS.NODIRATIME,
  norelatime: MS.RELATIME,
  nostrictatime: MS.STRICTATIME,
  async: 0,
  nomand: 0,
  defaults: 0,
};
const PROPAGATION: Readonly<Record<string, number>> = {
  private: MS.PRIVATE,
  rprivate: MS.PRIVATE | MS.REC,
  slave: MS.SLAVE,
  rslave: MS.SLAVE | MS.REC,
};
/** They would be dropped in silence by a runtime that does not know them, and with them a protection. */
const REFUSED = new Set(['shared', 'rshared', 'unbindable', 'runbindable', 'idmap', 'ridmap', 'rro', 'rnosuid', 'rnodev', 'rnoexec', 'rnosymfollow']);

/** Throws Unsupported naming an option that cannot be honoured. */
export function mountOptions(destination: string, options: readonly string[]): MountOptions {
  let flags = 0;
  let bind: MountOptions['bind'] = false;
  let propagation = 0;
  const data: string[] = [];
  for (const option of options) {
    if (REFUSED.has(option)) throw new EngineError('Unsupported', `mounts: ${destination}: the option ${option} is not supported`);
    if (option === 'bind') bind = 'plain';
    else if (option === 'rbind') bind = 'recursive';
    else if (SET[option] !== undefined) flags |= SET[option];
    else if (CLEAR[option] !== undefined) flags &= ~CLEAR[option];
    else if (PROPAGATION[option] !== undefined) propagation = PROPAGATION[option];
    else data.push(option);
  }
  return { flags, bind, propagation, data: data.join(',') };
}
