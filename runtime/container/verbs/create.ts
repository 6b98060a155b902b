import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import { formatPlatform, hostPlatform, parsePlatform, requirePlatform } from '../../formats/platform.ts';
import type { ResolvedImage } from '../../image/image-service.ts';
import { tmpfsOptions } from '../../sys/tmpfs-options.ts';
import type { Container, MountPoint } from '../container-service.ts';
import { pathsOf } from '../directories.ts';
import type { ContainerEngine } from '../engine.ts';
import { Entity } from '../entity.ts';
import { checkHealthcheck } from '../health/settings.ts';
import { basisOf } from '../launch/basis.ts';
import { checkBindSources } from '../launch/bind-sources.ts';
import { blockDeviceLimits } from '../launch/block-devices.ts';
import { modesById } from '../launch/donors.ts';
import { normalLinks } from '../launch/links.ts';
import { checkName, randomName } from '../names.ts';
import { checkRestartPolicy } from '../restart-policy.ts';
import { checkConfig } from '../spec/check-config.ts';
import { endpointsOf } from '../spec/endpoint.ts';
import { logAttributesText } from '../spec/log-attributes.ts';
import { logWarnings } from '../spec/log-config.ts';
import { mergeConfig } from '../spec/merge-config.ts';
import { plannedMountsOf } from '../spec/planned-mounts.ts';
import { portRequestsOf } from '../spec/ports.ts';
import { type ContainerSpec, specOf } from '../spec/spec.ts';
import { CREATED } from '../state.ts';
import { checkVolumes, makeMounts } from './create-mounts.ts';

const ARCHITECTURES: Readonly<Record<string, readonly string[]>> = { x64: ['amd64', '386'], arm64: ['arm64', 'arm'] };

export async function createContainer(
  engine: ContainerEngine,
  asked: ContainerConfig,
  options: { readonly name?: string; readonly platform?: string },
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const image = engine.deps.images.resolve(asked.Image);
  checkPlatform(image, options.platform);
  const created = await createAbove(engine, image, asked, options);
  // Most are started at once; what that can find ready is made while the client reads this answer.
  setImmediate(() => engine.deps.launcher.expectStart());
  return created;
}

/** As `createContainer`, above given layers. `step`: it is in no record, so that a later engine removes it. */
export async function createAbove(
  engine: ContainerEngine,
  image: ResolvedImage,
  asked: ContainerConfig,
  options: { readonly name?: string; readonly platform?: string; readonly step?: boolean },
): Promise<{ readonly id: string; readonly warnings: readonly string[] }> {
  const { deps } = engine;
  const id = newId(engine);
  checkRestartPolicy(asked.HostConfig ?? {});
  checkHealthcheck(asked.Healthcheck);
  checkConfig(asked);
  const hostConfig = {
    ...asked.HostConfig,
    ...defaultsFor(asked.HostConfig ?? {}, deps.defaults?.() ?? {}),
    NetworkMode: asked.NetworkDisabled ? 'none' : asked.HostConfig?.NetworkMode || 'default',
    ...normalLinks(engine, asked.HostConfig ?? {}),
    ...modesById(engine, asked.HostConfig ?? {}),
  };
  const networks = endpointsOf(asked, hostConfig.NetworkMode, deps.network);
  const { HostConfig: _, NetworkingConfig: __, ...own } = { ...asked, ...macOf(networks) };
  const config = mergeConfig(own, image.config.config);
  const spec = specOf(id, config, hostConfig, engine.host);
  config.Hostname = spec.hostname;
  if (spec.limits.memorySwap !== undefined) hostConfig.MemorySwap = spec.limits.memorySwap;
  deps.privileges.seccomp(spec.security.seccomp, deps.privileges.capabilities(spec.capabilities));
  portRequestsOf({ config, hostConfig });
  checkBindSources(spec.mounts);
  const limits = { ...spec.limits, ...blockDeviceLimits(spec.blockIo) };
  const planned = plannedMountsOf(spec.mounts, config, hostConfig, (ref) => engine.table.find(ref).container);
  checkVolumes(deps.volumes, planned);
  for (const mount of spec.mounts) if (mount.type === 'tmpfs') tmpfsOptions(mount.options);
  const name = options.name === undefined || options.name === '' ? randomName((candidate) => isTaken(engine, candidate)) : checkName(options.name);
  await using undo = new AsyncDisposableStack();
  using holds = new DisposableStack();
  undo.use(reserveName(engine, name, id));
  const paths = pathsOf(deps.directories, id);
  mkdirSync(paths.directory, { mode: 0o700 });
  undo.defer(() => rmSync(paths.directory, { recursive: true, force: true }));
  undo.defer(() => deps.snapshots.remove(id));
  const overlay = await deps.snapshots.prepare(id, image.layers);
  const mounts = await makeMounts(deps, planned, { id, overlay }, { undo, holds });
  const entity = new Entity(viewOf(engine, { id, name, image, config, hostConfig, spec, mounts, networks }));
  logAttributesText(entity.container);
  basisOf(engine, entity, spec);
  const warnings = [...platformWarnings(image, options.platform), ...spec.security.warnings, ...deps.cgroups.warnings(limits)];
  warnings.push(...discardedPorts(hostConfig), ...logWarnings(hostConfig));
  for (const { volume } of mounts) if (volume !== undefined) deps.volumes.settle(volume.name);
  if (options.step !== true) deps.records.insert(entity.stored);
  engine.table.add(entity);
  undo.move();
  engine.reservedNames.delete(name);
  engine.show(entity, {});
  engine.announce(entity, 'create');
  return { id, warnings };
}

/** The log of another driver than the default takes none of the default's options. */
function defaultsFor(asked: HostConfig, defaults: HostConfig): HostConfig {
  const Type = asked.LogConfig?.Type || defaults.LogConfig?.Type || 'json-file';
  const given = asked.LogConfig?.Config ?? {};
  const options = Type === (defaults.LogConfig?.Type || 'json-file') ? { ...defaults.LogConfig?.Config, ...given } : given;
  return {
    LogConfig: { Type, Config: options },
    ...(!asked.DnsSearch?.length && defaults.DnsSearch?.length && { DnsSearch: defaults.DnsSearch }),
    ...(!asked.DnsOptions?.length && defaults.DnsOptions?.length && { DnsOptions: defaults.DnsOptions }),
  };
}

function viewOf(
  engine: ContainerEngine,
  made: {
    readonly id: string;
    readonly name: string;
    readonly image: ResolvedImage;
    readonly config: ContainerConfig;
    readonly hostConfig: Container['hostConfig'];
    readonly spec: ContainerSpec;
    readonly mounts: readonly MountPoint[];
    readonly networks: Container['networks'];
  },
): Container {
  const { id, spec, image } = made;
  const [path, ...args] = spec.argv;
  const paths = pathsOf(engine.deps.directories, id);
  return {
    id,
    name: made.name,
    createdAt: engine.deps.now(),
    imageId: image.id,
    imageName: image.name,
    config: made.config,
    hostConfig: made.hostConfig,
    path,
    args,
    state: CREATED,
    health: null,
    restartCount: 0,
    nextStartAt: 0n,
    mounts: made.mounts,
    // The files of the driver `local` are nobody's business but the engine's.
    logPath: spec.log?.driver === 'json-file' ? paths.log : '',
    hostnamePath: paths.hostname,
    hostsPath: paths.hosts,
    resolvConfPath: paths.resolvConf,
    networks: made.networks,
    ports: [],
    execIds: [],
  };
}

/** Kept in the configuration too, where older clients look for it. */
function macOf([main]: Container['networks']): Pick<ContainerConfig, 'MacAddress'> {
  return main?.settings.macAddress ? { MacAddress: main.settings.macAddress } : {};
}

function newId(engine: ContainerEngine): string {
  for (;;) {
    const id = randomBytes(32).toString('hex');
    // The short form doubles as host name; twelve digits would read as a number there.
    if (!/^[0-9]{12}/.test(id) && engine.table.get(id) === undefined) return id;
  }
}

function isTaken(engine: ContainerEngine, name: string): boolean {
  return engine.table.named(name) !== undefined || engine.reservedNames.has(name);
}

/** Throws Conflict in Docker's words when the name is in use. */
export function reserveName(engine: ContainerEngine, name: string, id: string): Disposable {
  const owner = engine.table.named(name)?.id ?? engine.reservedNames.get(name);
  if (owner !== undefined) {
    throw new EngineError(
      'Conflict',
      `Conflict. The container name "/${name}" is already in use by container "${owner}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
  }
  engine.reservedNames.set(name, id);
  return { [Symbol.dispose]: () => void engine.reservedNames.delete(name) };
}

/** The network of the host has its ports as they are. */
function discardedPorts(host: Container['hostConfig']): string[] {
  const isPublished = Object.keys(host.PortBindings ?? {}).length > 0 || host.PublishAllPorts === true;
  return host.NetworkMode === 'host' && isPublished ? ['Published ports are discarded when using host network mode'] : [];
}

/** Docker's warning about an image that was made for another machine, where nobody asked for one. */
function platformWarnings({ config }: ResolvedImage, asked: string | undefined): string[] {
  if (asked || (ARCHITECTURES[process.arch] ?? []).includes(config.architecture)) return [];
  const host = formatPlatform(hostPlatform(process.arch));
  return [
    `The requested image's platform (${config.os}/${config.architecture}) does not match the detected host platform (${host}) and no specific platform was requested`,
  ];
}

/** A wrong architecture is refused when it was asked for; else the kernel decides when the program is run. */
function checkPlatform(image: ResolvedImage, platform: string | undefined): void {
  if (!platform) return;
  const wanted = parsePlatform(platform);
  requirePlatform(image.name, image.config, wanted);
  if (!(ARCHITECTURES[process.arch] ?? []).includes(wanted.architecture)) {
    throw new EngineError('Unsupported', `platform ${platform} does not run on this machine`);
  }
}
