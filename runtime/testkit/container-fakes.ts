import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import type { CgroupBackend, ContainerDependencies, StoredContainer } from '../container/dependencies.ts';
import { FakeLauncher } from './fake-launcher.ts';
import { testNetworks } from './test-networks.ts';
import { testVolumes } from './test-volumes.ts';

/** Dependencies of the container service of which none touches the kernel, and what they have been told. */
export interface FakeMachine extends Disposable {
  readonly deps: ContainerDependencies;
  readonly launcher: FakeLauncher;
  readonly cgroups: FakeCgroups;
  readonly stored: Map<string, StoredContainer>;
  readonly snapshots: Set<string>;
  readonly passwd: { text: string };
  readonly released: string[];
  /** Actions of the events so far, with exit codes. */
  actions(): string[];
}

class FakeCgroups implements CgroupBackend {
  readonly hierarchies = [];
  readonly groups = new Set<string>();
  readonly frozen = new Set<string>();

  warnings(): readonly string[] {
    return [];
  }
  create(id: string): { v1Tasks: string[] } {
    this.groups.add(id);
    return this.join();
  }
  place(): void {}
  update(): () => void {
    return () => undefined;
  }
  join(): { v1Tasks: string[] } {
    return { v1Tasks: [] };
  }
  freeze(id: string): Promise<void> {
    this.frozen.add(id);
    return Promise.resolve();
  }
  thaw(id: string): Promise<void> {
    this.frozen.delete(id);
    return Promise.resolve();
  }
  isFrozen(id: string): boolean {
    return this.frozen.has(id);
  }
  pids(): number[] {
    return [process.pid];
  }
  stats(id: string): never {
    throw new EngineError('NotFound', `no group ${id}`);
  }
  remove(id: string): Promise<void> {
    this.groups.delete(id);
    return Promise.resolve();
  }
  list(): string[] {
    return [...this.groups];
  }
}

const noTrees = (): never => {
  throw new EngineError('Unsupported', 'trees are not pretended here');
};
const fakeTrees: ContainerDependencies['trees'] = {
  stat: noTrees,
  pack: noTrees,
  packLayer: noTrees,
  unpack: noTrees,
  changes: noTrees,
  list: noTrees,
  look: noTrees,
  change: noTrees,
  readFile: noTrees,
  writeFile: noTrees,
};

export function fakeMachine(): FakeMachine {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-containers-'));
  const launcher = new FakeLauncher();
  const cgroups = new FakeCgroups();
  const stored = new Map<string, StoredContainer>();
  const snapshots = new Set<string>();
  const passwd = { text: 'root:x:0:0::/root:/bin/sh\nweb:x:33:33::/srv:/bin/sh\n' };
  const released: string[] = [];
  let time = 0n;
  const now = (): bigint => {
    time = BigInt(Date.now()) * 1_000_000n > time ? BigInt(Date.now()) * 1_000_000n : time + 1n;
    return time;
  };
  const events = new EventBus(now);
  const volumes = testVolumes({ directory, events });
  const networks = testNetworks({ events });
  const deps: ContainerDependencies = {
    launcher,
    cgroups,
    snapshots: {
      prepare: (key) => {
        snapshots.add(key);
        return Promise.resolve(directories(key));
      },
      directories,
      remove: (key) => {
        snapshots.delete(key);
        return Promise.resolve();
      },
      removeLayer: () => Promise.resolve(),
      layersOf: () => [],
      layersInUse: () => new Set(),
      list: () => [...snapshots],
      usage: () => Promise.resolve({ bytes: 42, inodes: 1 }),
      idle: () => Promise.resolve(),
    },
    trees: fakeTrees,
    images: {
      list: () => [],
      commit: () => Promise.reject(new EngineError('Unsupported', 'images are not pretended here')),
      resolve: (name) => {
        if (name !== 'busybox') throw new EngineError('NotFound', `No such image: ${name}`);
        const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers' as const, diff_ids: [] }, config: { Cmd: ['sh'], Env: ['PATH=/bin'] } };
        return { id: `sha256:${'1'.repeat(64)}`, name: 'busybox:latest', config, layers: ['base'] };
      },
    },
    network: {
      find: (ref) => networks.find(ref),
      check: (...asked) => networks.check(...asked),
      connect: (...asked) => networks.connect(...asked),
      attach: (...asked) => networks.attach(...asked),
      detach: (...asked) => networks.detach(...asked),
      rename: (...asked) => networks.rename(...asked),
      restore: (...asked) => networks.restore(...asked),
      serve: () => undefined,
      settle: () => networks.settle(),
      release: (id, isShared) => {
        released.push(id);
        return networks.release(id, isShared);
      },
    },
    volumes,
    privileges: { capabilities: () => ({ bounding: 1n, permitted: 1n }), seccomp: () => null },
    readInRoot: (_pid, path) => (path === '/etc/passwd' ? passwd.text : ''),
    records: {
      insert: (row) => void stored.set(row.container.id, row),
      update: (row) => void stored.set(row.container.id, row),
      redefine: (row) => void stored.set(row.container.id, row),
      remove: (id) => void stored.delete(id),
      all: () => [...stored.values()],
    },
    events,
    logger: silentLogger,
    now,
    directories: { containers: join(directory, 'containers'), run: join(directory, 'run') },
  };
  return {
    deps,
    launcher,
    cgroups,
    stored,
    snapshots,
    passwd,
    released,
    actions: () =>
      events
        .past()
        .filter(({ type }) => type !== 'network')
        .map(({ action, attributes }) => (attributes.exitCode === undefined ? action : `${action} ${attributes.exitCode}`)),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function directories(key: string): { lower: string[]; upper: string; work: string } {
  return { lower: ['/layers/base'], upper: `/snapshots/${key}/upper`, work: `/snapshots/${key}/work` };
}
