import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EventBus } from '../base/events.ts';
import { silentLogger } from '../base/log.ts';
import { Database } from '../store/database.ts';
import { MIGRATIONS } from '../store/migrations/migrations.ts';
import { NetworkRecords } from '../store/records/networks.ts';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { RouteSocket } from '../sys/netlink/socket.ts';
import { noPorts } from '../testkit/no-ports.ts';
import { createNetworks } from './create-networks.ts';
import { ANY_PLACE, NO_PLACE } from './endpoint/endpoint-values.ts';
import { ContainerResolvers } from './names/container-resolvers.ts';
import type { NetworkedContainer } from './network-service.ts';
import { BUILTIN, builtinId } from './network-table.ts';
import type { Networks } from './networks.ts';

const bridge = `sliptest${process.pid % 10_000}`;

function engine(database: Database): Networks {
  return createNetworks({
    records: new NetworkRecords(database),
    syscalls: createLinuxSyscalls(),
    bridge,
    engineId: bridge,
    firewall: { reset() {}, addNetwork() {}, removeNetwork() {}, addEndpoint() {}, removeEndpoint() {}, clear() {}, [Symbol.dispose]() {} },
    ports: noPorts,
    names: new ContainerResolvers({ syscalls: createLinuxSyscalls(), hostServers: () => [] }),
    events: new EventBus(() => 1n),
    logger: silentLogger,
    now: () => 1n,
  });
}

const container = (letter: string, ...networks: string[]): NetworkedContainer => ({
  id: letter.repeat(64),
  name: letter,
  hostname: '',
  networks: networks.map((network) => ({ network, networkId: network in BUILTIN ? builtinId(network) : '', settings: ANY_PLACE, facts: NO_PLACE })),
});

it('connects a namespace to a bridge, hands it to the next engine, and leaves nothing', async () => {
  using database = new Database(':memory:', MIGRATIONS);
  const first = engine(database);
  const { inside, outside, networks } = await first.connect(container('c', 'bridge'), []);
  const facts = networks[0]?.facts ?? NO_PLACE;
  expect(facts.ipAddress).toMatch(/\.2$/);
  expect(inside.length).toBeGreaterThanOrEqual(4);
  expect(existsSync(`/sys/class/net/${bridge}`)).toBe(true);

  const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await once(holder.stdout, 'data');
    using socket = new RouteSocket(createLinuxSyscalls());
    for (const { message, pidOffset } of outside) {
      new DataView(message.buffer).setUint32(pidOffset, holder.pid ?? 0, true);
      socket.request('adding the pair', message);
    }
    const seen = execFileSync('nsenter', ['-t', String(holder.pid), '-n', 'ip', '-o', 'link', 'show', 'eth0'], { encoding: 'utf8' });
    expect(seen).toContain(facts.macAddress);
    expect(execFileSync('ip', ['-o', 'link', 'show', 'master', bridge], { encoding: 'utf8' })).toContain('vethccccccc');

    await first[Symbol.asyncDispose]();
    expect(existsSync(`/sys/class/net/${bridge}`), 'a container on it keeps it').toBe(true);
    const second = engine(database);
    await second.restore({ ...container('c'), networks }, []);
    second.settle();
    expect((await second.connect(container('d', 'bridge'), [])).networks[0]?.facts.ipAddress).toMatch(/\.3$/);
    // An engine that crashed disposes nothing: the next one finds the bridge without containers.
    await engine(database)[Symbol.asyncDispose]();
  } finally {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  expect(existsSync(`/sys/class/net/${bridge}`)).toBe(false);
});
