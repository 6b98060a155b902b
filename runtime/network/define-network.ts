import { randomBytes } from 'node:crypto';
import { type Block, overlaps, parseCidr } from '../base/cidr.ts';
import { EngineError } from '../base/errors.ts';
import type { NetworkDriver } from './drivers/driver.ts';
import { checkOverlaps, checkPools } from './ipam/check-pools.ts';
import { CANDIDATES, chooseIPv4, chooseIPv6, firstHost } from './ipam/choose-pools.ts';
import type { HostRoute } from './ipam/host-routes.ts';
import type { IpamPool, Network, NetworkRequest } from './network-service.ts';
import { BUILTIN } from './network-table.ts';

const LONGEST_NAME = 128;
const SWARM_DRIVERS = ['overlay'];
const NO_SWARM = 'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

export interface Surroundings {
  readonly drivers: Readonly<Record<string, NetworkDriver>>;
  readonly isTaken: (name: string) => boolean;
  /** Subnets of the other networks. */
  readonly subnets: readonly Block[];
  readonly routes: readonly HostRoute[];
  /** Where a subnet is chosen from; null: the usual ones. */
  readonly candidates: readonly Block[] | null;
  /** 40 bits for addresses that are this engine's alone. */
  readonly globalId: bigint;
  readonly now: bigint;
}

/** Checks a request, in Docker's order and words, and chooses what it leaves open. Nothing is made. */
export function defineNetwork(request: NetworkRequest, around: Surroundings): Network {
  checkName(request.name, around);
  const driver = request.driver === '' || request.driver === 'default' ? 'bridge' : request.driver;
  checkDriver(driver, around);
  if (request.ipamDriver !== '' && request.ipamDriver !== 'default') {
    throw new EngineError('NotFound', `ipam driver "${request.ipamDriver.slice(0, 100)}" not found: there is none but "default"`);
  }
  const { enableIPv4, enableIPv6 } = request;
  if (!enableIPv4 && !enableIPv6) throw new EngineError('InvalidArgument', 'IPv4 or IPv6 must be enabled');
  // Docker's leniency: what is said of a family that is off is passed over.
  const asked = request.pools.filter(({ subnet, gateway }) => (`${subnet}${gateway}`.includes(':') ? enableIPv6 : enableIPv4));
  checkPools(asked.filter(({ subnet }) => subnet !== ''));
  const network: Network = {
    id: randomBytes(32).toString('hex'),
    name: request.name,
    driver,
    createdAt: around.now,
    internal: request.internal,
    attachable: request.attachable,
    enableIPv4,
    enableIPv6,
    pools: poolsOf(asked, { driver, enableIPv4, enableIPv6 }, around),
    hasOwnSubnets: asked.some(({ subnet }) => subnet !== ''),
    ipamOptions: request.ipamOptions,
    options: request.options,
    labels: request.labels,
  };
  around.drivers[driver]?.check(network);
  return network;
}

function checkName(name: string, { isTaken }: Surroundings): void {
  if (name.trim() === '') throw new EngineError('InvalidArgument', 'network name cannot be empty');
  if (name.length > LONGEST_NAME || name !== name.trim() || /[\0-\x1f\x7f/]/.test(name)) {
    throw new EngineError('InvalidArgument', `invalid network name: ${JSON.stringify(name.slice(0, LONGEST_NAME))}`);
  }
  if (name === 'default' || Object.hasOwn(BUILTIN, name)) {
    throw new EngineError('PermissionDenied', `operation is not permitted on predefined ${name} network`);
  }
  if (isTaken(name)) throw new EngineError('Conflict', `network with name ${name} already exists`);
}

function checkDriver(driver: string, { drivers }: Surroundings): void {
  if (driver === 'host' || driver === 'null') throw new EngineError('PermissionDenied', `only one instance of "${driver}" network is allowed`);
  if (SWARM_DRIVERS.includes(driver)) throw new EngineError('Unavailable', NO_SWARM);
  if (!Object.hasOwn(drivers, driver)) throw new EngineError('NotFound', `plugin "${driver.slice(0, 100)}" not found`);
}

type Families = Pick<Network, 'driver' | 'enableIPv4' | 'enableIPv6'>;

/** Subnets as asked, and for each family without one a free one; every subnet has a gateway. */
function poolsOf(asked: readonly IpamPool[], { driver, enableIPv4, enableIPv6 }: Families, around: Surroundings): IpamPool[] {
  const { subnets, routes } = around;
  const own = asked.flatMap(({ subnet }) => parseCidr(subnet)?.block ?? []);
  checkOverlaps(own, subnets);
  if (driver === 'bridge') checkRoutes(own, routes);
  const taken = [...subnets, ...own, ...routes.map(({ block }) => block)];
  const chosen = [
    ...(enableIPv4 && !own.some(({ family }) => family === 4) ? [chooseIPv4(taken, around.candidates ?? CANDIDATES)] : []),
    ...(enableIPv6 && !own.some(({ family }) => family === 6) ? [chooseIPv6(taken, around.globalId)] : []),
  ];
  const complete = asked.flatMap((pool) => {
    const block = parseCidr(pool.subnet)?.block;
    return block === undefined ? [] : [{ ...pool, gateway: pool.gateway || firstHost(block) }];
  });
  return [...complete, ...chosen];
}

/** A bridge would take its addresses from whoever has them now; wide routes by way of a router may be narrowed. */
function checkRoutes(own: readonly Block[], routes: readonly HostRoute[]): void {
  for (const block of own) {
    const met = routes.find((route) => overlaps(route.block, block) && (route.isOnLink || route.block.prefixLength >= block.prefixLength));
    if (met === undefined) continue;
    throw new EngineError(
      'PermissionDenied',
      `invalid pool request: Pool overlaps with other one on this address space: the host reaches addresses of it by ${met.device}`,
    );
  }
}
