import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';

/** Where one kind of namespace comes from. */
export type NamespaceSource = { readonly kind: 'own' } | { readonly kind: 'host' } | { readonly kind: 'container'; readonly ref: string };

export interface Namespaces {
  readonly network: NamespaceSource;
  readonly ipc: NamespaceSource;
  readonly pid: NamespaceSource;
  readonly uts: NamespaceSource;
  readonly cgroup: NamespaceSource;
  /** IpcMode `none`: no /dev/shm. */
  readonly isWithoutSharedMemory: boolean;
}

const OWN: NamespaceSource = { kind: 'own' };
const HOST: NamespaceSource = { kind: 'host' };

/** Reads NetworkMode, IpcMode, PidMode, UTSMode, UsernsMode and CgroupnsMode. Throws InvalidArgument naming the mode. */
export function namespacesOf(host: HostConfig): Namespaces {
  const network = host.NetworkMode ?? '';
  if (network === 'container' || network === 'container:') {
    throw new EngineError('InvalidArgument', 'Invalid network mode: invalid container format container:<name|id>');
  }
  // Without user namespaces of containers' own, the host's is the only one there is.
  sourceOf('user namespace', host.UsernsMode ?? '', [''], false);
  return {
    network: network === 'host' ? HOST : (containerOf(network) ?? OWN),
    ipc: sourceOf('IPC', host.IpcMode ?? '', ['', 'private', 'shareable', 'none'], true),
    pid: sourceOf('PID', host.PidMode ?? '', [''], true),
    uts: sourceOf('UTS', host.UTSMode ?? '', [''], false),
    // A cgroup namespace on every kind of host: what lies above the container's own groups is not its business.
    cgroup: sourceOf('cgroup namespace', host.CgroupnsMode ?? '', ['', 'private'], false),
    isWithoutSharedMemory: host.IpcMode === 'none',
  };
}

/** Whether other containers may join this one's IPC namespace. Private is the default, as in Docker. */
export function isIpcShareable(host: HostConfig): boolean {
  const mode = host.IpcMode ?? '';
  return mode === 'shareable' || mode === 'host' || containerOf(mode) !== undefined;
}

function sourceOf(what: string, mode: string, own: readonly string[], sharable: boolean): NamespaceSource {
  if (own.includes(mode)) return OWN;
  if (mode === 'host') return HOST;
  const other = sharable ? containerOf(mode) : undefined;
  if (other === undefined) throw new EngineError('InvalidArgument', `invalid ${what} mode: ${mode.slice(0, 100)}`);
  return other;
}

function containerOf(mode: string): NamespaceSource | undefined {
  const ref = /^container:(.+)$/.exec(mode)?.[1];
  return ref === undefined ? undefined : { kind: 'container', ref };
}
