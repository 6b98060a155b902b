import { digestOf, hexOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import { linkUp } from '../sys/netlink/link.ts';
import type { Bridge } from './bridge.ts';
import type { Endpoint, EndpointOptions, NetworkFacts, NetworkService } from './network-service.ts';

const DRIVERS: Readonly<Record<string, string>> = { bridge: 'bridge', host: 'host', none: 'null' };
const NO_ADDRESS = { ipAddress: '', prefixLength: 0, gateway: '', macAddress: '' };

/** The three networks every engine has. */
export class DefaultNetworks implements NetworkService {
  readonly #bridge: Bridge;
  readonly #createdAt: bigint;

  constructor(bridge: Bridge, createdAt: bigint) {
    this.#bridge = bridge;
    this.#createdAt = createdAt;
  }

  check(mode: string): void {
    networkOf(mode);
  }

  async connect(containerId: string, mode: string, options: EndpointOptions = {}): Promise<Endpoint> {
    const network = networkOf(mode);
    if (network === 'bridge') return this.#bridge.connect(containerId, mode, options);
    return { inside: network === 'none' ? [linkUp('lo')] : [], outside: [], facts: { mode, ...NO_ADDRESS } };
  }

  restore(containerId: string, ipAddress: string): void {
    this.#bridge.restore(containerId, ipAddress);
  }

  release(containerId: string, isShared: boolean): void {
    this.#bridge.release(containerId, isShared);
  }

  list(): readonly NetworkFacts[] {
    return Object.entries(DRIVERS).map(([name, driver]) => ({
      id: hexOf(digestOf(`slipway network ${name}`)),
      name,
      driver,
      createdAt: this.#createdAt,
      internal: false,
      subnets: name === 'bridge' ? this.#bridge.subnets() : [],
      options: name === 'bridge' ? { 'com.docker.network.bridge.name': this.#bridge.name, 'com.docker.network.bridge.default_bridge': 'true' } : {},
      labels: {},
    }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#bridge[Symbol.asyncDispose]();
  }
}

function networkOf(mode: string): string {
  const name = mode === 'default' || mode === '' ? 'bridge' : mode;
  if (DRIVERS[name] === undefined) throw new EngineError('NotFound', `network ${mode.slice(0, 100)} not found`);
  return name;
}
