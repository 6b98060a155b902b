import { readdirSync, statSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import type { DeviceRequest } from '../spec/devices.ts';
import { deviceNumbers } from './device-numbers.ts';

/** A device node of the host that a container gets. */
export interface HostDevice {
  readonly path: string;
  readonly type: 'c' | 'b';
  readonly major: number;
  readonly minor: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly permissions: string;
}

const S_IFMT = 0o170000;
const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;
const S_IFDIR = 0o040000;
/** Made from the container's own file systems. */
const NOT_COPIED = new Set(['pts', 'shm', 'mqueue', 'fd', '.lxc', '.lxd-mounts', '.udev', 'console', 'ptmx']);
const TOO_MANY = 4096;

const STANDARD: readonly (readonly [path: string, minor: number, major?: number])[] = [
  ['/dev/null', 3],
  ['/dev/zero', 5],
  ['/dev/full', 7],
  ['/dev/random', 8],
  ['/dev/urandom', 9],
  ['/dev/tty', 0, 5],
];
const LINKS: readonly (readonly [path: string, target: string])[] = [
  ['/dev/ptmx', 'pts/ptmx'],
  ['/dev/fd', '/proc/self/fd'],
  ['/dev/stdin', '/proc/self/fd/0'],
  ['/dev/stdout', '/proc/self/fd/1'],
  ['/dev/stderr', '/proc/self/fd/2'],
  ['/dev/core', '/proc/kcore'],
];

const STANDARD_OPS: readonly Op[] = [
  ...STANDARD.map(([path, minor, major = 1]): Op => ({ op: 'device', path, type: 'c', major, minor, mode: 0o666, uid: 0, gid: 0 })),
  ...LINKS.map(([path, target]): Op => ({ op: 'symlink', target, path })),
];

/** The nodes and links every container has, then the ones it was given. */
export function deviceOps(given: readonly HostDevice[]): Op[] {
  const extra = given.filter(({ path }) => !STANDARD.some(([standard]) => standard === path));
  return [...STANDARD_OPS, ...extra.map(({ path, type, major, minor, mode, uid, gid }): Op => ({ op: 'device', path, type, major, minor, mode, uid, gid }))];
}

/** Looks the requested devices up on the host; a directory stands for the devices in it. Throws InvalidArgument in Docker's words. */
export function findDevices(requests: readonly DeviceRequest[]): HostDevice[] {
  const budget = { left: TOO_MANY };
  return requests.flatMap((request) => {
    const found = [...devicesAt(request.host, request.container, request.permissions, budget)];
    if (found.length === 0) throw gatheringFailed(request.host, 'not a device node');
    return found;
  });
}

/** Every device of the host, for privileged containers. */
export function allDevices(): HostDevice[] {
  return [...devicesAt('/dev', '/dev', 'rwm')];
}

function* devicesAt(host: string, container: string, permissions: string, budget = { left: TOO_MANY }): Generator<HostDevice> {
  if (budget.left-- <= 0) throw gatheringFailed(host, 'too many devices');
  const stat = statSync(host, { throwIfNoEntry: false });
  if (stat === undefined) throw gatheringFailed(host, 'no such file or directory');
  const kind = stat.mode & S_IFMT;
  if (kind === S_IFDIR) {
    for (const entry of readdirSync(host, { withFileTypes: true })) {
      const isUsable = entry.isDirectory() || entry.isCharacterDevice() || entry.isBlockDevice();
      if (isUsable && !NOT_COPIED.has(entry.name)) yield* devicesAt(`${host}/${entry.name}`, `${container}/${entry.name}`, permissions, budget);
    }
  } else if (kind === S_IFCHR || kind === S_IFBLK) {
    const type = kind === S_IFCHR ? 'c' : 'b';
    yield { path: container, type, ...deviceNumbers(stat.rdev), mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid, permissions };
  }
}

function gatheringFailed(path: string, why: string): EngineError {
  return new EngineError('InvalidArgument', `error gathering device information while adding custom device "${path}": ${why}`);
}
