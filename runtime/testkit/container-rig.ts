import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { EventBus } from '../base/events.ts';
import { createLogger } from '../base/log.ts';
import type { ContainerDependencies } from '../container/dependencies.ts';
import { createPrivileges } from '../container/privileges.ts';
import { StoredContainers } from '../container/records.ts';
import { type ContainerServiceHandle, openContainers } from '../container/service.ts';
import type { ResolvedImage } from '../image/image-service.ts';
import { createNetworks } from '../network/create-networks.ts';
import { KernelForwarding } from '../network/firewall/forwarding.ts';
import { NftFirewall } from '../network/firewall/nft-firewall.ts';
import { StaleConnections } from '../network/firewall/stale-connections.ts';
import { ContainerResolvers } from '../network/names/container-resolvers.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { ContainerTableRecords } from '../store/records/containers.ts';
import { NetworkRecords } from '../store/records/networks.ts';
import { OverlaySnapshotter } from '../store/snapshots/overlay-snapshotter.ts';
import { TreeService } from '../store/trees/tree-service.ts';
import { CgroupTrees } from '../sys/cgroups/cgroup-trees.ts';
import { createLauncher, LAUNCHER_BINARY } from '../sys/launcher/create-launcher.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { readInRoot } from '../sys/read-in-root.ts';
import type { VolumeService } from '../volume/volume-service.ts';
import { noPorts } from './no-ports.ts';
import { makeRootfs } from './rootfs.ts';
import { testVolumes } from './test-volumes.ts';

/** A container service on the real kernel with one image, `busybox`, made by hand. */
export interface ContainerRig extends AsyncDisposable {
  readonly directory: string;
  readonly cgroupParent: string;
  readonly events: EventBus;
  readonly volumes: VolumeService;
  /** Makes another image: busybox's files, changed by `prepare`, and `config` merged into its configuration. */
  addImage(name: string, prepare: (root: string) => void, config?: ImageDefaults): void;
  containers: ContainerServiceHandle;
  /** Where the zygote is, and where a launcher with failpoints looks for them. */
  readonly launcherDirectory: string;
  /** Ends the service as an engine's end does, and opens it again on what is left. */
  reopen(): Promise<void>;
}

type ImageDefaults = NonNullable<ResolvedImage['config']['config']>;

let rigs = 0;

/** `wrap` may put something between the service and what it stands on; `binary` is another build of the launcher. */
export async function openContainerRig(
  wrap: (dependencies: ContainerDependencies) => ContainerDependencies = (same) => same,
  binary = LAUNCHER_BINARY,
): Promise<ContainerRig> {
  await using stack = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'slw-'));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const cgroupParent = `/slipway-test-${process.pid}-${rigs++}`;
  mkdirSync(`${directory}/layers`, { mode: 0o700 });
  const images = new Map<string, ImageDefaults>();
  const addImage: ContainerRig['addImage'] = (name, prepare, config = {}) => {
    makeRootfs(`${directory}/layers/${name}`);
    prepare(`${directory}/layers/${name}`);
    images.set(name, config);
  };
  addImage('busybox', () => undefined);
  const syscalls = createLinuxSyscalls();
  const logger = createLogger('warn', (line) => process.stderr.write(line));
  const snapshots = new OverlaySnapshotter({ root: directory, syscalls, logger });
  stack.defer(() => snapshots.idle());
  const database = stack.use(new Database(`${directory}/state.db`, MIGRATIONS));
  const cgroups = stack.use(CgroupTrees.open(syscalls, cgroupParent));
  const launcherDirectory = `${directory}/l`;
  mkdirSync(launcherDirectory, { mode: 0o700 });
  const launcher = stack.use(await createLauncher({ syscalls, binary, runDirectory: launcherDirectory, logger }));
  const now = (): bigint => BigInt(Date.now()) * 1_000_000n;
  const events = new EventBus(now);
  const bridge = `slw${process.pid % 100_000}x${rigs}`;
  const forwarding = new KernelForwarding({ marker: `${directory}/forwarding`, logger });
  const firewall = new NftFirewall({ syscalls, table: bridge, closedPorts: [], forwarding, connections: new StaleConnections(syscalls, logger) });
  const names = stack.use(new ContainerResolvers({ syscalls, hostServers: () => [] }));
  const records = new NetworkRecords(database);
  const network = stack.use(createNetworks({ records, syscalls, bridge, engineId: directory, firewall, ports: noPorts, names, events, logger, now }));
  // An engine that comes back has networks that know of nobody yet; these have gone on, with those that the earlier one lost.
  stack.defer(async () => {
    for (const { id } of network.list()) for (const { containerId } of network.membersOf(id)) await network.release(containerId, false);
  });
  const volumes = stack.use(testVolumes({ directory, events, database }));
  const dependencies = wrap({
    launcher,
    snapshots,
    trees: stack.use(new TreeService(syscalls)),
    cgroups,
    network,
    volumes,
    events,
    logger,
    now,
    images: {
      list: () => [],
      resolve: (name) => resolveImage(images, name),
      commit: () => Promise.reject(new EngineError('Unsupported', 'this rig keeps no images')),
    },
    privileges: createPrivileges(),
    readInRoot: (pid, path) => readInRoot(syscalls, pid, path),
    records: new StoredContainers(new ContainerTableRecords(database)),
    directories: { containers: `${directory}/containers`, run: `${directory}/c` },
  });
  const rig: ContainerRig = {
    directory,
    launcherDirectory,
    cgroupParent,
    events,
    volumes,
    addImage,
    containers: await openContainers(dependencies),
    reopen: async () => {
      await rig.containers[Symbol.asyncDispose]();
      rig.containers = await openContainers(dependencies);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
  stack.defer(() => rig.containers[Symbol.asyncDispose]());
  const kept = stack.move();
  return rig;
}

function resolveImage(images: ReadonlyMap<string, ImageDefaults>, name: string): ResolvedImage {
  const config = images.get(name);
  if (config === undefined) throw new EngineError('NotFound', `No such image: ${name}`);
  return {
    id: `sha256:${createHash('sha256').update(name).digest('hex')}`,
    name: `${name}:latest`,
    config: { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, config: { Cmd: ['sh'], Env: ['PATH=/bin'], ...config } },
    layers: [name],
  };
}
