import { EngineError } from '../base/errors.ts';
import type { RuntimeSpec } from '../formats/oci/runtime-spec.ts';
import { CLONE } from '../sys/constants.ts';

const FLAGS: Readonly<Record<string, number>> = { mount: CLONE.NEWNS, uts: CLONE.NEWUTS, ipc: CLONE.NEWIPC, pid: CLONE.NEWPID, network: CLONE.NEWNET };

export interface Namespaces {
  readonly cloneFlags: number;
  readonly newCgroup: boolean;
  readonly join: readonly string[];
  readonly ownNetwork: boolean;
  readonly ownUts: boolean;
}

/** Throws Unsupported for user and time namespaces, InvalidArgument for a list that makes no sense. */
export function namespacesOf({ namespaces }: RuntimeSpec['linux']): Namespaces {
  const types = namespaces.map(({ type }) => type);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice !== undefined) throw new EngineError('InvalidArgument', `linux.namespaces: ${twice} is there twice`);
  for (const { type, path } of namespaces) {
    if (type === 'user' || type === 'time') throw new EngineError('Unsupported', `linux.namespaces: ${type} namespaces are not supported`);
    if (type !== 'cgroup' && FLAGS[type] === undefined) throw new EngineError('InvalidArgument', `linux.namespaces: there is no ${type} namespace`);
    if (type === 'mount' && path) throw new EngineError('Unsupported', 'linux.namespaces: a mount namespace cannot be joined');
  }
  if (!types.includes('mount')) throw new EngineError('Unsupported', 'linux.namespaces: a container without a mount namespace of its own is not supported');
  const isNew = (type: string): boolean => namespaces.some((namespace) => namespace.type === type && !namespace.path);
  return {
    cloneFlags: Object.entries(FLAGS).reduce((flags, [type, flag]) => (isNew(type) ? flags | flag : flags), 0),
    newCgroup: isNew('cgroup'),
    join: namespaces.flatMap(({ path }) => (path ? [path] : [])),
    ownNetwork: isNew('network'),
    ownUts: isNew('uts'),
  };
}
