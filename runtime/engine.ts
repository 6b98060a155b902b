import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { type ApiServer, createApiServer } from './api/server.ts';
import { EventBus } from './base/events.ts';
import type { Logger } from './base/log.ts';
import { openBuilds } from './build/open-builds.ts';
import { DEFAULT_ROOT, type EngineConfig } from './config.ts';
import type { ContainerDependencies } from './container/dependencies.ts';
import { createOverlayViews } from './container/files/overlay-views.ts';
import { createPrivileges } from './container/privileges.ts';
import { StoredContainers } from './container/records.ts';
import { type ContainerServiceHandle, openContainers } from './container/service.ts';
import { diagnose } from './doctor/diagnose.ts';
import { gatherFacts } from './doctor/gather-facts.ts';
import { EngineSettings } from './engine-settings.ts';
import { poolBlocks } from './formats/docker/daemon-config.ts';
import { ImageCatalog } from './image/catalog.ts';
import { createImageService } from './image/create-image-service.ts';
import { exploreLayers, listLayer } from './image/explore-layers.ts';
import { bringLayout } from './image/load/bring-layout.ts';
import { commitImage } from './image/load/commit-image.ts';
import { importRootfs } from './image/load/import-rootfs.ts';
import { loadArchive } from './image/load/load-archive.ts';
import { recordBuilt } from './image/load/record-built.ts';
import { pullImage } from './image/pull/pull-image.ts';
import { Transfers } from './image/pull/transfers.ts';
import { pushImage } from './image/push/push-image.ts';
import { describeRemote } from './image/registry/describe.ts';
import { remoteDigest } from './image/registry/digest.ts';
import { listRepositories, listTags } from './image/registry/listing.ts';
import { loginTo } from './image/registry/login.ts';
import { searchRegistry } from './image/registry/search.ts';
import { saveImages } from './image/save/save-images.ts';
import { createNetworks } from './network/create-networks.ts';
import { KernelForwarding } from './network/firewall/forwarding.ts';
import { NftFirewall } from './network/firewall/nft-firewall.ts';
import { StaleConnections } from './network/firewall/stale-connections.ts';
import { ContainerResolvers } from './network/names/container-resolvers.ts';
import { HostServers } from './network/names/upstream-servers.ts';
import { ProxyPortPublisher } from './network/ports/proxy-port-publisher.ts';
import { GarbageCollector } from './store/collect-garbage.ts';
import { DiskContentStore } from './store/content/disk-content-store.ts';
import { Database } from './store/database.ts';
import { lockRoot } from './store/engine-lock.ts';
import { LayerExplorer } from './store/explorer/layer-explorer.ts';
import { LayerStore } from './store/layers/layer-store.ts';
import { Leases } from './store/leases.ts';
import { MIGRATIONS } from './store/migrations/migrations.ts';
import { ContainerTableRecords } from './store/records/containers.ts';
import { NetworkRecords } from './store/records/networks.ts';
import { VolumeRecords } from './store/records/volumes.ts';
import { measureRoot } from './store/root-use.ts';
import { measureTree } from './store/snapshots/measure-tree.ts';
import { OverlaySnapshotter } from './store/snapshots/overlay-snapshotter.ts';
import { TreeService } from './store/trees/tree-service.ts';
import { CgroupTrees } from './sys/cgroups/cgroup-trees.ts';
import { limitSupport } from './sys/cgroups/limit-support.ts';
import { inflateByTool } from './sys/inflate-by-tool.ts';
import { createLauncher, LAUNCHER_BINARY } from './sys/launcher/create-launcher.ts';
import { createLinuxSyscalls } from './sys/linux-syscalls.ts';
import { MemoryKeeper } from './sys/memory.ts';
import { readInRoot } from './sys/read-in-root.ts';
import { runGit } from './sys/run-git.ts';
import { LocalVolumes } from './volume/local-volumes.ts';
import { VolumeFiles } from './volume/volume-files.ts';
import { VolumeThreads } from './volume/volume-threads.ts';

/** Our own first; what is there for Docker serves as well. */
const CERTIFICATE_DIRECTORIES = ['/etc/slipway/certs.d', '/etc/docker/certs.d'];
/** Grace for containers that are to end with the engine. */
const STOP_CONTAINERS_SECONDS = 3;

export interface Engine extends AsyncDisposable {
  readonly api: ApiServer;
}

/**
 * Builds every service, lowest first; they end in reverse. Throws with nothing left running. `between` may put something
 * between the containers and what they stand on.
 */
export async function startEngine(
  config: EngineConfig,
  logger: Logger,
  between: (dependencies: ContainerDependencies) => ContainerDependencies = (same) => same,
): Promise<Engine> {
  await using stack = new AsyncDisposableStack();
  const syscalls = createLinuxSyscalls();
  mkdirSync(config.root, { recursive: true, mode: 0o711 });
  stack.use(lockRoot(syscalls, config.root));
  mkdirSync(config.run, { recursive: true, mode: 0o711 });
  const events = new EventBus(now);
  const database = stack.use(new Database(`${config.root}/state.db`, MIGRATIONS));
  const catalog = new ImageCatalog(database, new DiskContentStore(`${config.root}/content`));
  const layers = stack.use(new LayerStore({ root: config.root, records: catalog.layers, syscalls, rootless: false }));
  const leases = new Leases(database);
  const arrival = { database, catalog, layers, leases, inflateByTool, now: Date.now };
  const settings = new EngineSettings(config.configFile);
  const registries = {
    get mirrors() {
      return [...config.registryMirrors, ...settings.current['registry-mirrors']];
    },
    get insecure() {
      return [...config.insecureRegistries, ...settings.current['insecure-registries']];
    },
    certificateDirectories: CERTIFICATE_DIRECTORIES,
  };
  const transfers = new Transfers();
  const snapshots = new OverlaySnapshotter({ root: config.root, syscalls, logger });
  stack.defer(() => snapshots.idle());
  const trees = stack.use(new TreeService(syscalls));
  const names = instanceNames(config);
  const cgroups = stack.use(CgroupTrees.open(syscalls, names.cgroup));
  const launcherDirectory = `${config.run}/launcher`;
  mkdirSync(launcherDirectory, { recursive: true, mode: 0o700 });
  const launcher = stack.use(await createLauncher({ syscalls, binary: LAUNCHER_BINARY, runDirectory: launcherDirectory, logger }));
  const firewall = new NftFirewall({
    syscalls,
    table: names.bridge,
    closedPorts: config.listeners.flatMap((listener) => (listener.kind === 'tcp' ? [listener.port] : [])),
    forwarding: new KernelForwarding({ marker: `${config.run}/forwarding`, logger }),
    connections: new StaleConnections(syscalls, logger),
  });
  const hostServers = new HostServers();
  const resolvers = stack.use(
    new ContainerResolvers({ syscalls, hostServers: () => (settings.current.dns.length > 0 ? settings.current.dns : hostServers.current()) }),
  );
  const networks = stack.use(
    createNetworks({
      records: new NetworkRecords(database),
      syscalls,
      bridge: names.bridge,
      engineId: config.root,
      firewall,
      ports: stack.use(new ProxyPortPublisher({ proxies: launcher, directory: `${config.run}/ports`, logger })),
      names: resolvers,
      candidates: () => poolBlocks(settings.current),
      events,
      logger,
      now,
    }),
  );
  let containers: ContainerServiceHandle | null = null;
  const garbage = new GarbageCollector({
    images: catalog.images,
    layers: catalog.layers,
    leases,
    content: catalog.content,
    partials: layers.partials,
    snapshots,
    removeRecipe: (diffId) => layers.removeRecipe(diffId),
    logger,
  });
  const explorer = stack.use(new LayerExplorer());
  const exploring = { catalog, layers, leases, explorer };
  const images = createImageService({
    database,
    catalog,
    garbage,
    now: Date.now,
    users: { usersOf: (id) => containers?.usersOf(id) ?? [] },
    events,
    load: (...parameters) => loadArchive(arrival, ...parameters),
    fromLayout: (...parameters) => bringLayout(arrival, ...parameters),
    importRootfs: (...parameters) => importRootfs(arrival, ...parameters),
    commit: (...parameters) => commitImage(arrival, ...parameters),
    record: (...parameters) => recordBuilt(arrival, ...parameters),
    pull: (...parameters) => pullImage({ ...arrival, registries, transfers }, ...parameters),
    dropPartials: () => layers.partials.clear(),
    login: (...parameters) => loginTo(registries, ...parameters),
    describe: (...parameters) => describeRemote(registries, ...parameters),
    search: (...parameters) => searchRegistry(registries, ...parameters),
    remoteTags: (...parameters) => listTags(registries, ...parameters),
    remoteRepositories: (...parameters) => listRepositories(registries, ...parameters),
    remoteDigest: (...parameters) => remoteDigest(registries, ...parameters),
    layers: (...parameters) => exploreLayers(exploring, ...parameters),
    layerTree: (...parameters) => listLayer(exploring, ...parameters),
    push: (...parameters) => pushImage({ catalog, layers, leases, trees, registries }, ...parameters),
    save: (...parameters) => saveImages({ catalog, layers, leases, trees }, ...parameters),
  });
  const volumeThreads = new VolumeThreads(syscalls);
  const volumes = stack.use(
    new LocalVolumes({
      directory: `${config.root}/volumes`,
      records: new VolumeRecords(database),
      threads: volumeThreads,
      events,
      logger,
      now,
    }),
  );
  containers = stack.use(
    await openContainers(
      between({
        launcher,
        snapshots,
        trees,
        images,
        cgroups,
        network: networks,
        volumes,
        privileges: createPrivileges(),
        readInRoot: (pid, path) => readInRoot(syscalls, pid, path),
        records: new StoredContainers(new ContainerTableRecords(database)),
        events,
        logger,
        now,
        defaults: () => settings.containerDefaults,
        directories: { containers: `${config.root}/containers`, run: `${config.run}/c` },
      }),
    ),
  );
  const running = containers;
  // What half removed containers and broken off builds alone had is nobody's only now.
  void garbage.collect();
  const builds = stack.use(
    openBuilds({
      root: config.root,
      database,
      catalog,
      layers,
      leases,
      garbage,
      images,
      trees,
      views: createOverlayViews(launcher, `${config.run}/c`),
      containers: containers.steps,
      runGit,
      inflateByTool,
      measure: (path) => measureTree(syscalls, path),
      cacheLimit: () => config.buildCacheLimit ?? settings.buildCacheLimit,
      logger,
      now,
    }),
  );
  const memory = stack.use(new MemoryKeeper());
  if (config.stopContainers) stack.defer(() => running.stopAll(STOP_CONTAINERS_SECONDS));
  const doctored = { syscalls, networks, table: names.bridge, root: config.root, launcher: LAUNCHER_BINARY };
  const api = stack.use(
    createApiServer({
      containers,
      files: containers.files,
      logViews: containers.logViews,
      images,
      builds,
      events,
      networks,
      volumes,
      volumeFiles: new VolumeFiles({ volumes, trees }),
      logger,
      socketGroup: config.group,
      onBurst: () => memory.settleSoon(),
      disk: (withAreas) => measureRoot(config.root, withAreas ? (path) => volumeThreads.occupied(path) : null),
      settings: {
        path: settings.path,
        get current() {
          return settings.refresh();
        },
        fixed: { 'registry-mirrors': config.registryMirrors, 'insecure-registries': config.insecureRegistries },
        replace: (value) => settings.replace(value),
      },
      diagnose: async () => diagnose(await gatherFacts({ ...doctored, cgroupProblems: cgroups.problems })),
      engine: {
        id: engineId(config.root),
        version: packageJson.version,
        root: config.root,
        run: config.run,
        cgroupVersion: cgroups.hierarchies.some(({ name }) => name === '') ? '2' : '1',
        cgroupDriver: 'cgroupfs',
        limits: limitSupport((limits) => cgroups.warnings(limits)),
        storageDriver: 'overlay2',
        registries,
        securityOptions: ['name=seccomp,profile=builtin'],
        warnings: cgroups.problems,
      },
    }),
  );
  const kept = stack.move();
  return { api, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** The default engine has plain names; engines of other roots must not meet it, nor each other. */
function instanceNames({ root }: EngineConfig): { readonly cgroup: string; readonly bridge: string } {
  if (root === DEFAULT_ROOT) return { cgroup: '/slipway', bridge: 'slipway0' };
  const mark = digestOf(root).slice(0, 8);
  return { cgroup: `/slipway-${mark}`, bridge: `slw-${mark}` };
}

/** Docker's form of an engine's id, the same for the same root. */
function engineId(root: string): string {
  return digestOf(`engine ${root}`).slice(0, 32);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
