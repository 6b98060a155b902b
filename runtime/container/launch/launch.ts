import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasNames } from '../../network/names/has-names.ts';
import type { ContainerPlan, MonitorHandle, PreparedContainer } from '../../sys/launcher/launcher.ts';
import { connectPending } from '../attach/connect-pending.ts';
import type { Container } from '../container-service.ts';
import { pathsOf, removeRunDirectory } from '../directories.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { overlayOf } from '../files/overlay.ts';
import { extendEnvironment } from '../spec/environment.ts';
import { logAttributesText } from '../spec/log-attributes.ts';
import { type ContainerSpec, specOf } from '../spec/spec.ts';
import { type ResolvedUser, resolveUser } from '../spec/user.ts';
import { type Basis, basisOf } from './basis.ts';
import { makeBindSources } from './bind-sources.ts';
import { blockDeviceLimits } from './block-devices.ts';
import { allDevices, findDevices } from './devices.ts';
import { joinedNamespaces, type NetworkIdentity, sharedIdentity, sharedMemoryOf } from './donors.ts';
import { etcFilesOf, writeEtcFiles } from './etc-files.ts';
import { finalOps } from './final-ops.ts';
import { holdTracers } from './hold-tracers.ts';
import { imageUserKey } from './image-users.ts';
import { linkRows, linkVariables } from './links.ts';
import { connectNetworks } from './networks.ts';
import { type LaunchResources, planOf } from './plan.ts';
import { checkPropagation } from './propagation.ts';
import { openResolver } from './resolver.ts';
import { takeStorage } from './storage.ts';

export interface Launched {
  readonly monitor: MonitorHandle;
  /** Nanoseconds since the epoch, from before the program ran: one that ends at once must not end earlier than it began. */
  readonly startedAt: bigint;
  readonly networks: Container['networks'];
  readonly ports: Container['ports'];
  /** What changes of the view of a container on another's network. */
  readonly identity: NetworkIdentity | null;
}

/** Brings a container's process up. Nothing is left after a failure, nor after `signal`, with whose reason it rejects. */
export async function launch(engine: ContainerEngine, entity: Entity, signal: AbortSignal): Promise<Launched> {
  const { deps } = engine;
  const identity = sharedIdentity(engine, entity.container);
  const container: Container = { ...entity.container, ...identity };
  const basis = basisOf(engine, entity);
  const spec = identity === null ? basis.spec : specOf(container.id, container.config, container.hostConfig, engine.host);
  const paths = pathsOf(deps.directories, container.id);
  await using undo = new AsyncDisposableStack();
  const overlay = overlayOf(engine, container.id);
  const isVolatile = entity.step !== null || (container.hostConfig.AutoRemove ?? false);
  // The mark by which overlayfs refuses an unsynced upper directory after a crash; its files are still this container's, restarted by hand.
  if (isVolatile && container.state.startedAt !== 0n) rmSync(join(overlay.work, 'work', 'incompat'), { recursive: true, force: true });
  makeBindSources(spec.mounts);
  checkPropagation(spec.mounts);
  const devices = [...(spec.privileged ? allDevices() : []), ...findDevices(spec.devices)];
  entity.runs++;
  makeRunDirectory(paths.run);
  undo.defer(() => removeRunDirectory(paths.run));
  const limits = { ...spec.limits, ...blockDeviceLimits(spec.blockIo) };
  const cgroup = deps.cgroups.create(container.id, limits, { all: spec.privileged, given: devices, rules: spec.deviceRules }, spec.cgroupParent);
  undo.defer(() => deps.cgroups.remove(container.id));
  const network = await connectNetworks(engine, entity, spec, undo);
  const storage = [...(await takeStorage(deps.volumes, container, undo)), ...(entity.step?.mounts ?? [])];
  const etcFiles = identity === null ? writeEtcFiles(paths, spec, container, network.networks, linkRows(engine, container)) : etcFilesOf(container);
  const made: LaunchResources = {
    runDirectory: paths.run,
    overlay,
    volatile: isVolatile,
    cgroup,
    hierarchies: deps.cgroups.hierarchies,
    storage,
    etcFiles,
    logPath: paths.log,
    logAttributes: logAttributesText(container),
    devices,
    hostMasks: engine.hostMasks,
    network,
    joinNamespaces: joinedNamespaces(engine, spec),
    sharedMemory: sharedMemoryOf(engine, spec),
    isOomProtected: engine.isOomProtected,
  };
  let startedAt = 0n;
  const monitor = await startPlan(engine, entity, {
    plan: planOf(spec, made),
    spec,
    signal,
    userKey: imageUserKey(entity, spec, made),
    names: hasNames(network.networks) ? (prepared) => openResolver(engine, container, network.networks, prepared) : null,
    finalOps(user) {
      startedAt = deps.now();
      return finalOpsOf(engine, entity, { ...basis, spec }, user);
    },
  });
  undo.move();
  return { monitor, startedAt, networks: network.networks, ports: network.ports, identity };
}

interface Start {
  readonly plan: ContainerPlan;
  readonly spec: ContainerSpec;
  readonly signal: AbortSignal;
  /** As of `imageUserKey`. */
  readonly userKey: string | null;
  /** Lets the container ask for names; null: it has none to ask for. */
  readonly names: ((prepared: PreparedContainer) => Promise<void>) | null;
  readonly finalOps: (user: ResolvedUser) => ReturnType<typeof finalOps>;
}

/** From the plan to the running program, without a stop in between where nothing has to be done there. */
async function startPlan(engine: ContainerEngine, entity: Entity, { plan, spec, signal, userKey, names, ...start }: Start): Promise<MonitorHandle> {
  await using _held = await holdTracers(engine, spec);
  const { launcher } = engine.deps;
  const known = userKey !== null && names === null && entity.pending.size === 0 ? engine.imageUsers.find(userKey) : null;
  if (known !== null) return await launcher.start(plan, start.finalOps(known), signal);
  await using undo = new AsyncDisposableStack();
  const prepared = await launcher.prepare(plan, signal);
  undo.defer(() => prepared.abort());
  await names?.(prepared);
  await connectPending(entity, prepared);
  const user = userIn(engine, spec, prepared.pid);
  const monitor = await prepared.go(start.finalOps(user));
  undo.move();
  if (userKey !== null) engine.imageUsers.keep(userKey, user);
  return monitor;
}

function userIn({ deps: { readInRoot } }: ContainerEngine, spec: ContainerSpec, pid: number): ResolvedUser {
  return resolveUser(spec.user, spec.groupAdd, readInRoot(pid, '/etc/passwd'), readInRoot(pid, '/etc/group'));
}

function finalOpsOf(engine: ContainerEngine, entity: Entity, { spec, capabilities, seccomp }: Basis, user: ResolvedUser): ReturnType<typeof finalOps> {
  return finalOps({
    argv: spec.argv,
    env: extendEnvironment(extendEnvironment(linkVariables(engine, entity.container), spec.env), entity.step?.env ?? []),
    cwd: spec.cwd,
    user,
    capabilities,
    seccomp,
    noNewPrivileges: spec.security.noNewPrivileges,
    rlimits: spec.rlimits,
    createCwd: spec.cwd !== '/',
    init: spec.init,
  });
}

/** A directory of this run alone: what an earlier monitor has left there would be taken for this one's. */
function makeRunDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // The earlier monitor may be clearing it at this moment, which would end a removal early: the place is made free first.
    const earlier = `${path}.earlier`;
    removeRunDirectory(earlier);
    renameSync(path, earlier);
    mkdirSync(path, { mode: 0o700 });
    removeRunDirectory(earlier);
  }
}
