import { describe, expect, it } from 'vitest';
import { EngineError } from '../base/errors.ts';
import { ANY_PLACE, NO_PLACE } from '../network/endpoint/endpoint-values.ts';
import type { Container, ContainerFilters } from './container-service.ts';
import { filterContainers } from './list-filter.ts';
import { CREATED } from './state.ts';

function container(name: string, createdAt: number, change: Partial<Container> = {}): Container {
  return {
    id: name.padEnd(64, '0'),
    name,
    createdAt: BigInt(createdAt),
    imageId: 'sha256:1',
    imageName: 'busybox:latest',
    config: { Image: 'busybox', Labels: { team: name } },
    hostConfig: {},
    path: 'true',
    args: [],
    state: { ...CREATED, status: 'running' },
    health: null,
    restartCount: 0,
    nextStartAt: 0n,
    mounts: [],
    logPath: '',
    hostnamePath: '',
    hostsPath: '',
    resolvConfPath: '',
    networks: [{ network: 'bridge', networkId: 'b1'.repeat(32), settings: ANY_PLACE, facts: NO_PLACE }],
    ports: [],
    execIds: [],
    ...change,
  };
}

const all = [
  container('aa', 1, { config: { Image: 'busybox', Labels: { team: 'aa' }, ExposedPorts: { '80/tcp': {} } }, hostConfig: { PortBindings: { '53/udp': [] } } }),
  container('bb', 2, { state: { ...CREATED, status: 'exited', exitCode: 3 }, imageId: 'sha256:2', imageName: 'other' }),
  container('cc', 3, { networks: ['none', 'web'].map((network) => ({ network, networkId: network, settings: ANY_PLACE, facts: NO_PLACE })) }),
];
const context = {
  find: (ref: string) => {
    const found = all.find(({ name }) => name === ref);
    if (found === undefined) throw new EngineError('NotFound', `No such container: ${ref}`);
    return found;
  },
  family: (name: string) => (name === 'busybox' ? ['sha256:1'] : name === 'base' ? ['sha256:0', 'sha256:1', 'sha256:2'] : []),
};
const names = (filters: ContainerFilters['filters'], options: Partial<ContainerFilters> = {}) =>
  filterContainers(all, { all: true, filters, ...options }, context).map(({ name }) => name);

describe('filterContainers', () => {
  it('lists newest first, by default those that run', () => {
    expect(names({})).toEqual(['cc', 'bb', 'aa']);
    expect(names({}, { all: false })).toEqual(['cc', 'aa']);
    expect(names({}, { all: false, limit: 2 })).toEqual(['cc', 'bb']);
  });

  it.each<[ContainerFilters['filters'], string[]]>([
    [{ name: ['^/?a'] }, ['aa']],
    [{ name: ['b'] }, ['bb']],
    [{ name: ['('] }, []],
    [{ id: ['cc'] }, ['cc']],
    [{ label: ['team'] }, ['cc', 'bb', 'aa']],
    [{ label: ['team=aa'] }, ['aa']],
    [{ label: ['team', 'team=bb'] }, ['bb']],
    [{ label: ['constructor'] }, []],
    [{ status: ['exited', 'paused'] }, ['bb']],
    [{ exited: ['3'] }, ['bb']],
    [{ exited: ['0'] }, []],
    [{ ancestor: ['busybox'] }, ['cc', 'aa']],
    [{ ancestor: ['base'] }, ['cc', 'bb', 'aa']],
    [{ ancestor: ['other'] }, []],
    [{ expose: ['80'] }, ['aa']],
    [{ expose: ['79-81/tcp'] }, ['aa']],
    [{ expose: ['80/udp'] }, []],
    [{ publish: ['53/udp'] }, ['aa']],
    [{ publish: ['53'] }, []],
    [{ before: ['bb'] }, ['aa']],
    [{ since: ['bb'] }, ['cc']],
    [{ network: ['bridge'] }, ['bb', 'aa']],
    [{ network: ['b1b1b1'] }, ['bb', 'aa']],
    [{ network: ['web'] }, ['cc']],
    [{ network: [''] }, []],
    [{ network: ['none'], name: ['cc', 'aa'] }, ['cc']],
    [{ 'is-task': ['true'] }, []],
    [{ health: ['none'] }, ['cc', 'bb', 'aa']],
    [{ name: [] }, ['cc', 'bb', 'aa']],
  ])('%j gives %j', (filters, expected) => {
    expect(names(filters)).toEqual(expected);
  });

  it('shows stopped ones for a status filter without all', () => {
    expect(names({ status: ['exited'] }, { all: false })).toEqual(['bb']);
  });

  it.each<[ContainerFilters['filters'], string]>([
    [{ odd: ['x'] }, "invalid filter 'odd'"],
    [{ toString: ['x'] }, "invalid filter 'toString'"],
    [{ status: ['odd'] }, "invalid filter 'status=odd'"],
    [{ health: ['odd'] }, "invalid filter 'health=odd'"],
    [{ 'is-task': ['odd'] }, "invalid filter 'is-task=odd'"],
    [{ expose: ['x'] }, "invalid filter 'expose=x'"],
    [{ publish: ['2-1'] }, "invalid filter 'publish=2-1'"],
    [{ publish: ['70000'] }, "invalid filter 'publish=70000'"],
    [{ exited: ['x'] }, "invalid filter 'exited=x'"],
    [{ since: ['gone'] }, 'No such container: gone'],
  ])('refuses %j', (filters, text) => {
    expect(() => names(filters)).toThrow(text);
  });
});
