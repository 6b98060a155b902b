import { posix } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { deviceOps } from '../container/launch/devices.ts';
import type { RuntimeSpec } from '../formats/oci/runtime-spec.ts';
import type { Op } from '../sys/launcher/ops.ts';
import { linkUp } from '../sys/netlink/link.ts';
import { type MountPlaces, mountOps } from './mount-ops.ts';
import { namespacesOf } from './namespaces.ts';

/** What is done before the container waits for its start. Throws InvalidArgument or Unsupported naming the field. */
export function setupOps(spec: RuntimeSpec, places: MountPlaces): Op[] {
  const { process, linux, root } = spec;
  const { ownNetwork, ownUts } = namespacesOf(linux);
  checkNames(spec, ownUts);
  checkSupport(spec);
  if (linux.rootfsPropagation?.includes('shared') || linux.rootfsPropagation?.includes('unbindable')) {
    throw new EngineError('Unsupported', `linux.rootfsPropagation: ${linux.rootfsPropagation} is not supported`);
  }
  return [
    ...(process.oomScoreAdj === undefined ? [] : [{ op: 'oom-score-adj', value: process.oomScoreAdj } satisfies Op]),
    ...(ownNetwork ? [{ op: 'netlink', messages: [linkUp('lo')] } satisfies Op] : []),
    { op: 'slave-root' },
    { op: 'bind-root', source: posix.resolve(places.bundle, root.path) },
    ...mountOps(spec.mounts, places),
    ...devices(spec),
    { op: 'pivot-root' },
    ...linux.readonlyPaths.map((path): Op => ({ op: 'readonly-path', path })),
    ...linux.maskedPaths.map((path): Op => ({ op: 'mask', path })),
    ...(root.readonly ? [{ op: 'readonly-root' } satisfies Op] : []),
    ...sysctls(linux.sysctl ?? {}, ownNetwork),
    ...(spec.hostname === undefined || spec.hostname === '' ? [] : [{ op: 'hostname', name: spec.hostname } satisfies Op]),
    ...(spec.domainname === undefined || spec.domainname === '' ? [] : [{ op: 'domainname', name: spec.domainname } satisfies Op]),
    ...(process.terminal ? [{ op: 'console' } satisfies Op] : []),
  ];
}

/** What would be left out in silence otherwise. */
function checkSupport({ linux, process }: RuntimeSpec): void {
  const asked = {
    'linux.uidMappings': linux.uidMappings.length > 0 || linux.gidMappings.length > 0,
    'linux.personality': linux.personality,
    'linux.intelRdt': linux.intelRdt,
    'linux.mountLabel': linux.mountLabel,
    'process.apparmorProfile': process.apparmorProfile,
    'process.selinuxLabel': process.selinuxLabel,
  };
  for (const [name, value] of Object.entries(asked)) if (value) throw new EngineError('Unsupported', `${name} is not supported`);
}

function checkNames({ hostname, domainname }: RuntimeSpec, ownUts: boolean): void {
  if ((hostname || domainname) && !ownUts) throw new EngineError('InvalidArgument', 'hostname: unable to set it without a private UTS namespace');
}

/** The standard nodes and those asked for, unless the configuration brings a /dev of its own. */
function devices({ mounts, linux }: RuntimeSpec): Op[] {
  const isBrought = mounts.some(
    ({ destination, type, options }) => posix.normalize(destination) === '/dev' && (type === 'bind' || options.some((word) => word.endsWith('bind'))),
  );
  if (isBrought) return [];
  return deviceOps(
    linux.devices.map(({ path, type, major, minor, fileMode, uid, gid }) => {
      if (type === 'p') throw new EngineError('Unsupported', `linux.devices: ${path}: FIFOs are not supported`);
      return { path: posix.normalize(path), type: type === 'b' ? 'b' : 'c', major, minor, mode: fileMode & 0o7777, uid, gid, permissions: 'rwm' };
    }),
  );
}

const KEY = /^[a-z0-9_-]+([./][a-z0-9_-]+)+$/i;
const OF_IPC = /^(kernel\/(msg|sem|shm)\w*|fs\/mqueue\/[\w-]+)$/;

/** Only what a namespace isolates, as in runc; everything else would change the host. */
function sysctls(values: Readonly<Record<string, string>>, ownNetwork: boolean): Op[] {
  return Object.entries(values).map(([name, value]): Op => {
    const key = name.includes('/') ? name : name.replaceAll('.', '/');
    const isOwn = OF_IPC.test(key) || (ownNetwork && key.startsWith('net/')) || key === 'kernel/domainname';
    if (!KEY.test(name) || !isOwn) throw new EngineError('InvalidArgument', `linux.sysctl: ${name.slice(0, 200)} is not in a separate kernel namespace`);
    return { op: 'sysctl', key, value };
  });
}
